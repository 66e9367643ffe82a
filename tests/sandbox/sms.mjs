// The gateway that sends text messages.
//   POST /sms         {phone, template, text} with Idempotency-Key: 200 once it is sent; the same key again: 200, and sent no second time
//   POST /sms/behave  {next: [500 | 400 | 'slow' | 'lost', …]}: what the next questions meet instead. lost: sent, but the answer is not
import { json } from './http.mjs';

export function sms({ outbox, answer })
{
	const sent = new Set();
	let next = [];

	async function send(response, query, request)
	{
		const key = request.headers['idempotency-key'];
		const { phone, text } = await json(request);
		const way = next.shift();
		if (way === 'slow')
			return; // whoever asked gives up
		if (typeof way === 'number')
			return answer(response, way, 'json', '{"error":"as told"}');
		if (!key || !/^1\d{10}$/.test(phone ?? '') || !text)
			return answer(response, 400, 'json', '{"error":"phone, text and key"}');
		if (!sent.has(key))
			outbox.append(phone, 'sms', text, text.match(/(?<!\d)\d{6}(?!\d)/)?.[0] ?? '');
		sent.add(key);
		if (way === 'lost')
			return request.socket.destroy();
		return answer(response, 200, 'json', '{"ok":true}');
	}

	return { routes: {
		'POST /sms': send,
		'POST /sms/behave': async (response, query, request) => {
			({ next } = await json(request));
			answer(response, 200, 'json', '{}');
		},
	} };
}
