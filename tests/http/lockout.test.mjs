/* Whose guesses lock whom out: a stranger's not the holder's own browser, and nobody learns who has an account. */
import test, { afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, code, mark, person } from '../citizen.mjs';
import { query } from '../database.mjs';

afterEach(() => query('DELETE FROM throttle'));

/* Guesses until it is refused; how often that took. */
async function guess(c, as, most = 8) {
	for (let n = 0; n < most; n++)
		if ((await c.login({ as, password: `geraten ${n}` })).status === 429)
			return n;
	return most;
}

/* A browser in which its holder has logged in before, and out again. */
async function known(who) {
	const c = new Citizen(who);
	assert.equal((await c.login()).status, 303);
	await c.get('/my');
	assert.equal((await c.post({}, { path: '/logout' })).status, 303);
	c.entered = false;
	assert.ok(c.cookies.has('device'));
	return c;
}

test('a stranger who guesses locks himself out, and every other stranger, but not the holder\'s own browser', async () => {
	const who = person('name_differs', 0), hers = await known(who), stranger = new Citizen(who);
	assert.equal(await guess(stranger, who.username), 4);
	assert.equal((await new Citizen(who).login()).status, 429, 'another browser, with the right password');
	assert.equal((await hers.login()).status, 303);
});

test('her own browser does not guess for ever either, and its guesses lock out nobody else', async () => {
	const who = person('name_differs', 1), hers = await known(who);
	assert.equal(await guess(hers, who.username), 4);
	assert.equal((await hers.login()).status, 429);
	assert.equal((await new Citizen(who).login()).status, 303);
});

test('the mark of another account\'s browser, and one that is made up, help nobody', async () => {
	const who = person('id_expired', 0), other = await known(person('id_expired', 1)), marks = [other.cookies.get('device')];
	const mine = (await known(who)).cookies.get('device');
	marks.push('', 'ff', `${mine}00`, mine.slice(2), mine.replace(/.$/, (a) => (a === '0' ? '1' : '0')), mine.replace(/^./, (a) => (a === '0' ? '1' : '0')));
	await guess(new Citizen(who), who.username);
	for (const device of marks) {
		const c = new Citizen(who);
		c.cookies.set('device', device);
		assert.equal((await c.login()).status, 429, device);
	}
	const c = new Citizen(who);
	c.cookies.set('device', mine);
	assert.equal((await c.login()).status, 303);
});

test('however an account is called, the guesses at it are counted together; and so where there is none', async () => {
	const who = person('already_holds', 1);
	const spellings = [[who.username, who.phone, who.id_number.toLowerCase(), who.username.toUpperCase(), `${who.phone.slice(0, 3)} ${who.phone.slice(3)}`],
		['nobody-x', 'NOBODY-X', ' nobody-x', 'Nobody-x ', 'nobody-X']];
	for (const names of spellings) {
		const statuses = [];
		for (const as of names)
			statuses.push((await new Citizen(who).login({ as, password: 'geraten' })).status);
		assert.deepEqual(statuses, [422, 422, 422, 422, 429], names[0]);
	}
});

test('who has no account hears and sees the same, to the last header', async () => {
	const who = person('deceased', 0), pages = [];
	for (const as of [who.username, 'nobody']) {
		const answers = [];
		for (let n = 0; n < 5; n++) {
			const answer = await new Citizen(who).login({ as, password: 'geraten' });
			/* How long a page is when compressed is chance: its token looks different each time. */
			const headers = [...answer.headers].filter(([name]) => !/^(content-length|date|x-request-id|set-cookie|retry-after)$/.test(name));
			answers.push([answer.status, headers, answer.text.replaceAll(as, '').replace(/[0-9a-f]{32,}/g, '').replace(/\d+ (秒|分钟)后/, '')]);
		}
		pages.push(answers);
	}
	assert.deepEqual(pages[1], pages[0]);
	assert.equal(pages[0][4][0], 429);
});

test('how long to wait is true, in words and in Retry-After', async () => {
	const who = person('minor', 0), c = new Citizen(who);
	await guess(c, who.username);
	const answer = await new Citizen(who).login();
	const seconds = Number(answer.headers.get('retry-after'));
	assert.ok(seconds > 0 && seconds <= 60);
	assert.ok(answer.text.includes(`${seconds} 秒后可以再试`));
	query(`UPDATE throttle SET resets_at = resets_at - ${seconds}`);
	assert.equal((await new Citizen(who).login()).status, 303);
});

test('who makes a new password by her telephone is in at once, whatever strangers have guessed', async () => {
	const who = person('minor', 1), c = new Citizen(who), password = 'endlich ein neuer Satz';
	await guess(new Citizen(who), who.username);
	await c.get('/login/reset');
	c.page = (await c.post({ phone: who.phone, intent: 'code' })).text;
	await c.post({ phone: who.phone, code: await code(who.phone, mark(c.page)), password, intent: 'reset' });
	assert.equal((await new Citizen(who).login({ password })).status, 303);
});
