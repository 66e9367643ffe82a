// The authority that knows faces (lib/login/face.h): every sample citizen has whatever face is shown.
//
// POST /face         the question; match when name and ID number are those of one sample citizen and the picture is a JPEG
// POST /face/behave  {"next": [...]}: what it does with the next questions instead, one after the other:
//                    no_match, quality, busy   that result
//                    slow                      answers after 20 s
//                    wrong_challenge, wrong_serial, no_json, another_result   a match, but not so
//                    500                       that status, or any other number
//                    → {"asked": n}: how many questions there have been; a GET says it too
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { body, json } from './http.mjs';

const citizens = JSON.parse(readFileSync(new URL('citizens.json', import.meta.url), 'utf8'));
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const HEX = { serial: /^[0-9a-f]{32}$/, challenge: /^[0-9a-f]{64}$/ };

function signed(key, bytes, signature = '')
{
	const right = createHmac('sha256', key).update(bytes).digest();
	const got = Buffer.from(signature, 'hex');
	return got.length === right.length && timingSafeEqual(got, right);
}

function judge({ name, id_number: number, picture = '' })
{
	if (!Buffer.from(picture, 'base64').subarray(0, JPEG.length).equals(JPEG))
		return 'quality';
	return citizens.some((c) => c.name === name && c.id_number === number) ? 'match' : 'no_match';
}

// secrets: the folder with the key of the programs' signature.
export function face({ answer, secrets })
{
	const answered = new Map(); // serial → result: the same question again is not judged again
	let next = [];
	let asked = 0;

	const say = (response, status, value) => answer(response, status, 'json', JSON.stringify(value));

	async function question(response, _, request)
	{
		const bytes = await body(request);
		const key = readFileSync(`${secrets}/face`, 'utf8').trimEnd();
		if (!signed(key, bytes, request.headers['face-signature']))
			return say(response, 401, { error: 'signature' });
		const asks = JSON.parse(bytes.toString('utf8'));
		const { serial, challenge } = asks;
		if (!HEX.serial.test(serial) || !HEX.challenge.test(challenge))
			return say(response, 400, { error: 'serial or challenge' });
		asked++;
		const how = next.shift();
		const result = answered.get(serial) ?? judge(asks);
		switch (how) {
		case undefined:
			answered.set(serial, result);
			return say(response, 200, { serial, challenge, result });
		case 'no_match': case 'quality': case 'busy':
			return say(response, 200, { serial, challenge, result: how });
		case 'slow':
			await sleep(20000, undefined, { ref: false });
			return say(response, 200, { serial, challenge, result });
		case 'wrong_challenge':
			return say(response, 200, { serial, challenge: '0'.repeat(64), result: 'match' });
		case 'wrong_serial':
			return say(response, 200, { serial: '0'.repeat(32), challenge, result: 'match' });
		case 'another_result':
			return say(response, 200, { serial, challenge, result: 'maybe' });
		case 'no_json':
			return answer(response, 200, 'text', '<html>match</html>');
		default:
			return say(response, Number(how), {});
		}
	}

	return { routes: {
		'POST /face': question,
		'POST /face/behave': async (response, _, request) => {
			({ next = [] } = await json(request));
			say(response, 200, { asked });
		},
		'GET /face/behave': (response) => say(response, 200, { asked, next }),
	} };
}
