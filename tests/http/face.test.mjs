/* The face login and the proof of a name, as a browser without scripts goes about them. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, citizens, person, hidden, faults, tick, sandbox } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { picture } from '../pictures.mjs';

const login = '/login/jingtong/face';
const portrait = () => picture('portrait.jpg');

/* What the authority does with the next questions. */
const behave = async (...next) => (await (await fetch(`${sandbox()}/face/behave`, {
	method: 'POST', body: JSON.stringify({ next }) })).json()).asked;

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
