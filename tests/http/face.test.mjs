/* The face login and the proof of a name, as a browser without scripts goes about them. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, citizens, code, faults, hidden, mark, nobody, person, sandbox, tick } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { picture } from '../pictures.mjs';

const login = '/login/jingtong/face';
const portrait = () => picture('portrait.jpg');

/* What the authority does with the next questions. */
const behave = async (...next) => (await (await fetch(`${sandbox()}/face/behave`, {
	method: 'POST', body: JSON.stringify({ next }) })).json()).asked;

const without = (n) => citizens.filter((c) => c.kind === 'no_account')[n];

/* Fills in the page it is on. */
function show(c, { name = c.who.name, number = c.who.id_number, file = portrait(), consent = tick(c.page, 'face'), ...rest } = {}) {
	return c.post({ name, id_number: number, face: consent, back: hidden(c.page, 'back') ?? '', intent: 'face', ...rest },
		file ? { files: { picture: file } } : {});
}

async function enter(who, values, next = '') {
	const c = new Citizen(who);
	await c.get(login + (next && `?next=${next}`));
	return [c, await show(c, values)];
}

test('name, number and face that agree open the hall of the channel, with a new session', async () => {
	const c = new Citizen(person('long_term_id'));
	await c.get(login);
	const before = [...c.cookies.values()][0];
	const answer = await show(c);
	assert.deepEqual([answer.status, answer.to], [303, '/jingtong/card']);
	assert.notEqual([...c.cookies.values()][0], before);
	const hall = await c.get('/jingtong/card');
	assert.equal(hall.status, 200);
	assert.match(hall.text, /第三代社会保障卡/);
	assert.equal((await c.get('/apply/disclaimer')).status, 200);
	assert.equal((await c.get(login)).to, '/jingtong/card');
});

/* Logged in by a telephone that nobody had before. */
async function newcomer(who, next = '') {
	const c = new Citizen(who), phone = nobody();
	await c.get(`/login/yikatong/sms${next && `?next=${next}`}`);
	const answer = await c.post({ phone, code: await c.code(phone), back: next, intent: 'login' });
	assert.match(answer.to, /^\/realname\?next=/);
	await c.get(answer.to);
	return c;
}

test('of name, number and face all must agree, and each that does not is told in the same words', async () => {
	const who = person('employer_limited', 0), other = person('employer_limited', 1), said = new Set();
	for (const values of [{ name: other.name }, { number: other.id_number }, {}]) {
		await behave(...(Object.keys(values).length ? [] : ['no_match']));
		const [c, answer] = await enter(who, values);
		assert.equal(answer.status, 422);
		said.add(answer.text.match(/<li><a href="#name">([^<]*)</)[1]);
		assert.ok(c.page.includes(values.name ?? who.name), 'what was typed is still there');
		assert.match((await c.get('/my')).to, /^\/login/);
	}
	assert.equal(said.size, 1);
	const [, answer] = await enter({ name: '无此人', id_number: '110101199003072519' });
	assert.ok(said.has(answer.text.match(/<li><a href="#name">([^<]*)</)[1]), 'nor who is on the roster');
});

test('each answer of the authority has its words, and none but a match to this question logs in', async () => {
	const who = person('employer_limited', 0);
	for (const [how, status, words] of [['quality', 422, /照片不够清楚/], ['busy', 503, /服务现在很忙/], ['500', 503, /服务现在很忙/],
		['slow', 503, /服务现在很忙/], ['wrong_challenge', 503, /很忙/], ['wrong_serial', 503, /很忙/], ['no_json', 503, /很忙/], ['another_result', 503, /很忙/]]) {
		await behave(how);
		query('DELETE FROM throttle');
		const [c, answer] = await enter(who);
		assert.equal(answer.status, status, how);
		assert.match(answer.text, words, how);
		assert.match(answer.text, /\/login\/jingtong\/face\/sms/, 'another way');
		assert.match((await c.get('/my')).to, /^\/login/);
	}
	await behave();
	query('DELETE FROM throttle');
});

test('nobody is asked without consent, picture, name and number', async () => {
	const before = await behave(), attempts = value('SELECT COUNT(*) FROM throttle');
	for (const [values, field] of [[{ consent: '' }, 'face'], [{ consent: '1999-01' }, 'face'], [{ file: null }, 'picture'],
		[{ name: '' }, 'name'], [{ number: '110101199003072518' }, 'id_number'],
		[{ number: '11010119900307251' }, 'id_number'], [{ name: '王芳1' }, 'name']]) {
		const [, answer] = await enter(person('employer_limited', 0), values);
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer.text), [field]);
	}
	assert.equal(await behave(), before);
	assert.equal(value('SELECT COUNT(*) FROM throttle'), attempts, 'nor is it an attempt');
});

test('a name with blanks between its characters is the name', async () => {
	const who = person('employer_limited', 0);
	assert.equal((await enter(who, { name: [...who.name].join(' ') }))[1].status, 303);
});

test('a picture that is none is told so, and no picture of a face is kept', async () => {
	const kept = value('SELECT COUNT(*) FROM photo');
	const [, answer] = await enter(person('employer_limited', 0), { file: { bytes: Buffer.alloc(30000, 65), filename: 'x.jpg' } });
	assert.equal(answer.status, 422);
	assert.deepEqual(faults(answer.text), ['picture']);
	assert.equal((await enter(person('employer_limited', 0)))[1].status, 303);
	assert.equal(value('SELECT COUNT(*) FROM photo'), kept);
	assert.ok(value("SELECT COUNT(*) FROM consent WHERE consent = 'face'") > 0);
});

test('guesses at one number are counted, wherever they come from', async () => {
	const who = person('employer_limited', 1);
	let answer;
	await behave(...Array(6).fill('no_match'));
	for (let n = 0; n < 6; n++)
		[, answer] = await enter(who);
	assert.equal(answer.status, 429);
	assert.ok(Number(answer.headers.get('retry-after')) > 0);
	await behave();
});

test('who comes by telephone proves her name once, and never again', async () => {
	const c = await newcomer(without(0), '/apply/disclaimer');
	assert.equal((await c.request('/apply/disclaimer')).to, '/realname?next=/apply/disclaimer');
	const answer = await show(c);
	assert.equal(answer.to, '/apply/disclaimer?notice=proven');
	assert.equal((await c.get('/apply/disclaimer')).status, 200);
	assert.equal((await c.get('/realname')).to, '/yikatong/');
});

test('who has an account already has one afterwards, both ways lead to it, and its draft is there', async () => {
	const who = person('hk_pass', 0), old = new Citizen(who);
	await old.login();
	await old.disclaimer();
	const c = await newcomer(who);
	assert.equal((await show(c)).to, '/yikatong/?notice=accounts_joined');
	assert.match((await c.get('/yikatong/')).text, /有一份没有填完的申请/);
	assert.equal((await old.get('/my')).status, 200);
});

test('without a face: a code to the telephone on the roster, which is told to nobody', async () => {
	const who = without(1), c = await newcomer(who);
	await c.get('/realname/sms');
	const answer = await c.post({ id_number: who.id_number.toLowerCase(), intent: 'code' });
	assert.equal(answer.status, 200);
	c.page = answer.text;
	assert.ok(!c.page.includes(who.phone.slice(-4)));
	const digits = await code(who.phone, mark(c.page));
	const wrong = String((Number(digits) + 1) % 1000000).padStart(6, '0');
	assert.equal((await c.post({ id_number: who.id_number, code: wrong, intent: 'prove' })).status, 422);
	assert.equal((await c.post({ id_number: who.id_number, code: digits, intent: 'prove' })).to, '/yikatong/?notice=proven');
	assert.ok((await c.get('/my')).text.includes(`${who.name[0]}*`));
});

test('a number that is on no roster hears the same, and nothing is sent', async () => {
	const who = without(2), known = await newcomer(who), unknown = await newcomer(who), number = '110101199003072519';
	const pages = [];
	for (const [c, id] of [[known, who.id_number], [unknown, number]]) {
		await c.get('/realname/sms');
		const answer = await c.post({ id_number: id, intent: 'code' });
		pages.push([answer.status, answer.text.replaceAll(id, '').replaceAll(mark(answer.text), '').replace(/[0-9a-f]{64}/g, '').replace(/198\*{4}\d{4}/, '')]);
	}
	assert.deepEqual(pages[1], pages[0]);
	assert.equal((await unknown.post({ id_number: number, code: '123456', intent: 'prove' }, { path: '/realname/sms' })).status, 422);
	assert.equal((await fetch(`${sandbox()}/outbox?to=${number}`).then((r) => r.json())).length, 0);
});

test('by a code to the roster\'s telephone one logs in where faces do, too', async () => {
	const who = person('hk_pass', 1), c = new Citizen(who);
	await c.get('/login/jingtong/face/sms');
	const digits = await c.code(who.phone, { id_number: who.id_number });
	const answer = await c.post({ id_number: who.id_number, code: digits, intent: 'prove' });
	assert.equal(answer.to, '/jingtong/card');
	assert.equal((await c.get('/jingtong/card')).status, 200);
});
