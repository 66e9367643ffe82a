/* The captcha for ears: digits read out, good for one login of one browser. */
import test, { before } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Citizen, hidden, person, sandbox } from '../citizen.mjs';
import { value } from '../database.mjs';

let folder;

before(() => { folder = readFileSync(process.env.SBK_CONF, 'utf8').match(/Captcha\.Voice = (.*)/)[1]; });

/* A digit's samples, at half the rate. */
function piece(language, digit) {
	const wav = readFileSync(`${folder}/${language}/${digit}.wav`).subarray(44), samples = [];
	for (let i = 0; i + 3 < wav.length; i += 4)
		samples.push(Math.trunc((wav.readInt16LE(i) + wav.readInt16LE(i + 2)) / 2));
	return Buffer.from(Int16Array.from(samples).buffer);
}

/* What is said, by the pieces that follow one another in it. */
function hear(wav, language) {
	const pieces = Array.from({ length: 10 }, (_, digit) => piece(language, digit));
	let said = '';
	for (let at = 44; at < wav.length;) {
		const digit = pieces.findIndex((p) => wav.subarray(at, at + p.length).equals(p));
		if (digit < 0) {
			assert.equal(wav.readInt16LE(at), 0, 'nothing but pauses between digits');
			at += 2;
		} else {
			said += digit;
			at += pieces[digit].length;
		}
	}
	return said;
}

async function listen(c, language = 'zh-CN') {
	const id = hidden(c.page, 'captcha_id');
	const answer = await fetch(`${c.connect()}/login/captcha.wav?id=${id}`, { headers: { cookie: [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ') } });
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get('content-type'), 'audio/wav');
	assert.match(answer.headers.get('cache-control'), /no-store/);
	const wav = Buffer.from(await answer.arrayBuffer());
	assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
	assert.equal(wav.readUInt32LE(4), wav.length - 8);
	assert.equal(wav.readUInt32LE(24), 11025);
	assert.equal(wav.readUInt32LE(40), wav.length - 44);
	return { id, digits: hear(wav, language) };
}

for (const language of ['zh-CN', 'en'])
	test(`who listens types the six digits that are read out in ${language}, and is in`, async () => {
		const who = person('deceased'), c = new Citizen(who);
		c.cookies.set('view', `lang=${language}`);
		await c.get(`/login?lang=${language}`);
		await c.get('/login');
		const { id, digits } = await listen(c, language);
		assert.match(digits, /^\d{6}$/);
		const answer = await c.post({ account: who.username, password: who.password, captcha: `${digits.slice(0, 3)} ${digits.slice(3)}`, captcha_id: id, intent: 'login' });
		assert.equal(answer.status, 303);
	});

test('one captcha is one try, whether it was seen or heard', async () => {
	const who = person('deceased'), c = new Citizen(who);
	await c.get('/login');
	const { id, digits } = await listen(c), page = c.page;
	assert.equal((await c.post({ account: who.username, password: who.password, captcha: 'WRONG', captcha_id: id })).status, 422);
	c.page = page;
	const answer = await c.post({ account: who.username, password: who.password, captcha: digits, captcha_id: id });
	assert.equal(answer.status, 422);
	assert.match(answer.text, /验证码不对或已过期/);
});

test('another browser hears nothing, and listening writes nothing', async () => {
	const c = new Citizen({}), stranger = new Citizen({});
	await c.get('/login');
	await stranger.get('/login');
	const id = hidden(c.page, 'captcha_id'), before = value('CHECKSUM TABLE captcha');
	for (const [who, wanted] of [[stranger, id], [c, 'ff'], [c, '']])
		assert.equal((await who.request(`/login/captcha.wav?id=${wanted}`)).status, 404);
	const { digits } = await listen(c);
	assert.equal(value('CHECKSUM TABLE captcha'), before);
	const told = (await (await fetch(`${sandbox()}/outbox?to=${id}`)).json()).filter((m) => m.kind === 'spoken');
	assert.equal(told[0].code, digits);
});
