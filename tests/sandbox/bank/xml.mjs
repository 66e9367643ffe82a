// XML as the banks write it: one element a line.

const escape = (text) => String(text).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

const blanks = (depth) => ' '.repeat(depth);

// Leaves by name; undefined is left out.
export function fields(values, depth)
{
	return Object.entries(values).filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${blanks(depth)}<${name}>${escape(value)}</${name}>\n`).join('');
}

// inner: XML already.
export function element(name, inner, depth)
{
	return `${blanks(depth)}<${name}>\n${inner}${blanks(depth)}</${name}>\n`;
}

export function document(name, inner)
{
	return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="urn:bjssc:exchange:1">\n${inner}</${name}>\n`;
}
