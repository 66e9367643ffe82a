/* What a page held when it was left is kept, and is neither a change nor a version of the draft. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, hidden, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';

async function atProfile() {
	const c = new Citizen(person('rare_name', 3));
	await c.enter('jingtong');
	if ((await c.get('/apply/profile')).status !== 200) {
		await c.step('disclaimer');
		await c.step('eligibility');
		await c.get('/apply/profile');
	}
	return c;
}

const unsent = (c, values) => c.post({ keep: 'unsent', ...values });

test('it is answered with nothing, comes back with a word, and the page that was open still saves', async () => {
	const c = await atProfile(), version = hidden(c.page, 'version'), open = c.page;
	const answer = await unsent(c, { phone: '138', address: '和平' });
	assert.deepEqual([answer.status, answer.text], [204, '']);
	await c.get('/apply/profile');
	assert.match(c.page, /但还没有保存/);
	assert.match(c.page, /name="phone" value="138"/);
	assert.equal(hidden(c.page, 'version'), version);
	/* What the roster says of her still stands, so the next step is open. */
	assert.equal((await c.get('/apply/details')).status, 200);

	c.page = open;
	const values = { id_valid_from: c.who.id_valid_from, address: '幸福路 12 号院', phone: '13800000000' };
	assert.equal((await c.post({ intent: 'next', ...values }, { path: '/apply/profile' })).to, '/apply/details');
	await c.get('/apply/profile');
	assert.doesNotMatch(c.page, /但还没有保存/);
	assert.match(c.page, /name="phone" value="13800000000"/);
});

test('of an old page, or without the token, it is not kept', async () => {
	const c = await atProfile();
	assert.equal((await unsent(c, { phone: '139', version: '1' })).status, 204);
	assert.equal((await unsent(c, { phone: '139', csrf: 'x' })).status, 403);
	await c.get('/apply/profile');
	assert.doesNotMatch(c.page, /value="139"/);
});

test('of an ended session it is kept too, sealed', async () => {
	const c = await atProfile();
	query(`UPDATE session SET seen_at = seen_at - 4000, created_at = created_at - 4000 WHERE ended_at IS NULL ORDER BY created_at DESC LIMIT 1`);
	assert.equal((await unsent(c, { phone: '137' })).status, 204);
	assert.equal(value("SELECT COUNT(*) FROM draft WHERE body LIKE '%137%' AND body LIKE '%phone%'"), '0');
	const again = await atProfile();
	assert.match(again.page, /name="phone" value="137"/);
});

test('a script is told where to go instead of being sent there', async () => {
	const c = await atProfile();
	const body = new URLSearchParams({ csrf: hidden(c.page, 'csrf'), version: hidden(c.page, 'version'), keep: '' });
	const answer = await c.request('/apply/profile', { method: 'POST', body, headers: { accept: 'application/json' } });
	assert.deepEqual([answer.status, answer.to, JSON.parse(answer.text).to], [200, null, '/apply/profile']);
});
