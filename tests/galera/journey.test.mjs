/*
 * journey.test.mjs - a citizen whose every request goes to the other of two fronts ($PORT and $OTHER_PORT), each with a database
 * node of its own: what is done on one is there on the other at once.
 */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, code, mark, nobody, person, origin } from '../citizen.mjs';

/* Now here, now there. */
function alternating() {
	const fronts = [origin(), `http://127.0.0.1:${process.env.OTHER_PORT}`];
	let n = 0;
	return () => fronts[n++ % 2];
}

const Wanderer = (who) => new Citizen(who, { connect: alternating() });

test('a journey goes through two nodes, changing at every request', async () => {
	for (let n = 0; n < 3; n++)
		assert.match(await Wanderer(person('ok', n)).apply(), /^BJ/);
});

test('a session begun on one node is known on the other at once', async () => {
	for (let n = 0; n < 30; n++) {
		const c = Wanderer(person('ok', n % 10));
		assert.equal((await c.login()).status, 303);
		assert.equal((await c.get('/my')).status, 200);
		assert.equal((await c.get('/my')).status, 200);
	}
});

test('a code asked for on one node logs in on the other, once', async () => {
	for (let n = 0; n < 20; n++) {
		const phone = nobody(), c = Wanderer({ phone });
		await c.get('/login/yikatong/sms');
		c.page = (await c.post({ phone, intent: 'code' })).text;
		const digits = await code(phone, mark(c.page)), values = { phone, code: digits, intent: 'login' };
		assert.equal((await c.post(values)).status, 303);
		assert.notEqual((await c.post(values, { path: '/login/yikatong/sms' })).status, 303);
	}
});
