/* The three channels: each walked through, one application walked through all of them. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, person, faults, details } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { walk, walks } from '../walks.mjs';

for (const [n, channel] of Object.keys(walks).entries())
	test(`a citizen applies on the channel ${channel}`, async () => {
		const c = new Citizen(person('ok', 22 + n));
		await c.enter(channel);
		await walk(c, channel);
		assert.equal((await c.step('review', { intent: 'confirm' })).to, '/apply/done');
		const no = (await c.get('/apply/done')).text.match(/class="number">([A-Z0-9]+)</)[1];
		assert.equal(value(`SELECT channel FROM application WHERE no = '${no}'`), channel);
		assert.match((await c.get('/my')).text, /已提交/);
	});

test('one application walks through three channels: the draft is hers wherever she logs in', async () => {
	const c = new Citizen(person('ok', 25)), phone = new Citizen(c.who), other = new Citizen(c.who);
	await c.enter('web');
	await walk(c, 'web', { to: 2 });
	await phone.enter('jingtong');
	// Disclaimer, eligibility and pictures were given on the web; the bank's step is not complete yet.
	assert.match((await phone.get('/jingtong/card')).text, /有一份没有填完的申请/);
	await walk(phone, 'jingtong', { from: 1, to: 5 });
	await other.enter('yikatong');
	await walk(other, 'yikatong', { from: 4, to: 5 });
	assert.equal((await other.step('review')).to, '/apply/done');
	for (const device of [c, phone, other])
		assert.match((await device.get('/my')).text, /已提交/);
	assert.equal((await c.get('/apply/details')).to, '/apply/done');
});

test('eligibility is asked for with a tick of its own and answered on the same page', async () => {
	const c = new Citizen(person('ok', 26));
	await c.enter('jingtong');
	await c.step('disclaimer');
	assert.equal((await c.get('/apply/profile')).to, '/apply/eligibility');
	const page = (await c.get('/apply/eligibility')).text;
	assert.ok(page.includes(c.who.name) && !page.includes(c.who.id_number));
	assert.equal((await c.post({ intent: 'next' })).status, 422);
	assert.deepEqual(faults(c.page), ['registry']);
	assert.equal((await c.step('eligibility')).to, '/apply/eligibility');
	const answer = (await c.get('/apply/eligibility')).text;
	assert.match(answer, /您可以申领第三代社会保障卡/);
	assert.match(answer, /href="\/apply\/profile"[^>]*>下一步</);
});

test('who may not apply is told why and what to do instead, and is not asked again', async () => {
	const c = new Citizen(person('already_holds'));
	await c.enter('jingtong');
	await c.step('disclaimer');
	const answer = await c.step('eligibility');
	assert.equal(answer.status, 422);
	assert.match(answer.text, /您已经有第三代社会保障卡/);
	assert.doesNotMatch(answer.text, /type="checkbox"/);
	assert.equal((await c.get('/apply/profile')).to, '/apply/eligibility');
});

test('what the roster knows is read back, cannot be typed over, and can be called wrong', async () => {
	const c = new Citizen(person('ok', 27));
	await c.enter('jingtong');
	await walk(c, 'jingtong', { to: 2 });
	const typed = { id_valid_from: c.who.id_valid_from, address: details.address, phone: '13800000001', name: '别人', sex: '1' };
	const wrong = await c.step('profile', { ...typed, wrong_name: '1' });
	assert.equal(wrong.status, 422);
	assert.deepEqual(faults(c.page), ['name']);
	assert.match(wrong.text, /请先更正参保登记/);
	assert.match(wrong.text, /name="wrong_name" value="1" checked/);
	assert.match(wrong.text, /value="13800000001"/);
	assert.equal(value("SELECT COUNT(*) FROM audit WHERE action = 'report_wrong' AND detail = 'name'"), '1');
	// It is there again on another device, and stays in the way until it is taken back.
	const other = new Citizen(c.who);
	await other.enter('jingtong');
	assert.match((await other.get('/apply/profile')).text, /name="wrong_name" value="1" checked/);
	assert.equal((await c.step('profile', typed)).to, '/apply/details');
	assert.ok((await c.get('/apply/profile')).text.includes(`<dd id="name" tabindex="-1">${c.who.name}</dd>`));
});

test('a channel has its own steps and its own login', async () => {
	const c = new Citizen(person('ok', 28));
	assert.equal((await c.get('/jingtong/card')).to, '/login/jingtong?next=/jingtong/card');
	assert.match((await c.get('/jingtong/')).text, /href="\/jingtong\/card"/);
	assert.match((await c.get('/yikatong/')).text, /href="\/login\/yikatong\?next=\/apply\/disclaimer"/);
	await c.enter('web');
	assert.equal((await c.get('/jingtong/card')).to, '/login/jingtong?next=/jingtong/card');
	assert.equal((await c.get('/apply/profile')).status, 404);
	assert.equal((await c.get('/web/nothing')).status, 404);
	assert.equal((await c.get('/nowhere/')).status, 404);
});

test('an account without a proven name proves it before it applies', async () => {
	const c = new Citizen(person('ok', 29));
	await c.enter('web');
	query(`UPDATE session SET person = NULL WHERE seen_at = (SELECT MAX(seen_at) FROM session)`);
	assert.equal((await c.get('/apply/disclaimer')).to, '/realname?next=/apply/disclaimer');
	assert.equal((await c.get('/my')).status, 200);
});
