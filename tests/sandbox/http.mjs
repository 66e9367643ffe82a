// What the sandbox's parts need of HTTP.

// The request's body, at most so many bytes.
export async function body(request, most = 12 << 20)
{
	const parts = [];
	let size = 0;
	for await (const part of request) {
		if ((size += part.length) > most)
			throw new Error('the body is too long');
		parts.push(part);
	}
	return Buffer.concat(parts);
}

export async function json(request)
{
	return JSON.parse((await body(request)).toString('utf8'));
}
