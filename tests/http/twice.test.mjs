/* Double clicks, many tabs, old tabs, ended sessions: nothing lost, nothing doubled. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, person, hidden, tick, details } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const applications = (no) => value(
	`SELECT COUNT(*) FROM application WHERE person = (SELECT person FROM application WHERE no = '${no}')`);

/* The same citizen in another tab: the same cookies, its own page. */
function tab(citizen) {
	const other = new Citizen(citizen.who);
	other.cookies = citizen.cookies;
	return other;
}

test('50 submits at once from many tabs make one application and one receipt', async () => {
	const c = new Citizen(person('ok', 10));
	await c.prepare();
	await c.get('/apply/review');
	const page = c.page;
	const form = { intent: 'confirm', commitment: tick(page, 'commitment'), bank_transfer: tick(page, 'bank_transfer') };
	const answers = await Promise.all(Array.from({ length: 50 }, () => {
		const t = tab(c);
		t.page = page;
		return t.post(form, { path: '/apply/review' });
	}));
	assert.deepEqual([...new Set(answers.map((a) => `${a.status} ${a.to}`))], ['303 /apply/done']);
	const receipts = await Promise.all(Array.from({ length: 5 }, async () => (await tab(c).get('/apply/done')).text));
	const numbers = new Set(receipts.map((text) => text.match(/class="number">([A-Z0-9]+)</)[1]));
	assert.equal(numbers.size, 1);
	const [no] = numbers;
	assert.equal(applications(no), '1');
	assert.equal(value(`SELECT COUNT(*) FROM application_event WHERE application = '${no}'`), '1');
	assert.equal(value(`SELECT COUNT(*) FROM audit WHERE subject = '${no}'`), '1');
});

test('a form sent twice is saved once and answered alike', async () => {
	const c = new Citizen(person('ok', 11));
	await c.login();
	await c.disclaimer();
	await c.photos();
	await c.get('/apply/details');
	const both = await Promise.all([c.post({ intent: 'next', ...details }), c.post({ intent: 'next', ...details })]);
	assert.deepEqual(both.map((a) => a.to), ['/apply/delivery', '/apply/delivery']);
});

test('a tab that is behind is told so and loses nothing', async () => {
	const c = new Citizen(person('ok', 11));
	await c.login();
	const old = tab(c);
	await old.get('/apply/details');
	assert.equal((await c.details({ address: '东直门内大街 1 号' })).status, 303);
	const answer = await old.post({ intent: 'next', ...details, address: '西直门外大街 2 号' });
	assert.equal(answer.status, 409);
	assert.match(answer.text, /这份申请在别的窗口或设备上改过/);
	assert.match(answer.text, />西直门外大街 2 号<\/textarea>/);
	assert.match((await c.get('/apply/details')).text, />东直门内大街 1 号<\/textarea>/);
	/* She looks, and sends it again from that very page. */
	assert.equal((await old.post({ intent: 'next', ...details, address: '西直门外大街 2 号' })).status, 303);
	assert.match((await c.get('/apply/details')).text, />西直门外大街 2 号<\/textarea>/);
});

test('going back after submitting and sending again shows the same receipt', async () => {
	const c = new Citizen(person('ok', 12));
	await c.prepare();
	await c.get('/apply/review');
	const before = c.page;
	assert.equal((await c.review()).to, '/apply/done');
	const no = (await c.get('/apply/done')).text.match(/class="number">([A-Z0-9]+)</)[1];
	c.page = before;
	assert.equal((await c.post({ intent: 'confirm', commitment: '1', bank_transfer: '1' }, { path: '/apply/review' })).to, '/apply/done');
	assert.equal((await c.get('/apply/done')).text.match(/class="number">([A-Z0-9]+)</)[1], no);
	assert.equal(applications(no), '1');
});

function endSessions() {
	query('UPDATE session SET seen_at = seen_at - 4000, created_at = created_at - 4000');
}

test('a form that comes after the session has ended is there again after the login', async () => {
	const c = new Citizen(person('ok', 13));
	await c.login();
	await c.disclaimer();
	await c.photos();
	await c.get('/apply/details');
	endSessions();
	const late = await c.post({ intent: 'next', ...details, address: '正在输入' });
	assert.equal(late.status, 303);
	assert.equal(late.to, '/login?next=/apply/details&notice=expired');
	assert.match((await c.get(late.to)).text, /已自动退出/);
	assert.equal((await c.login({ next: '/apply/details' })).to, '/apply/details');
	assert.match((await c.get('/apply/details')).text, />正在输入<\/textarea>/);
});

test('a session that ended before the submit submits nothing, and nothing is lost', async () => {
	const c = new Citizen(person('ok', 14));
	await c.prepare();
	await c.get('/apply/review');
	endSessions();
	const late = await c.post({ intent: 'confirm', commitment: tick(c.page, 'commitment'), bank_transfer: tick(c.page, 'bank_transfer') });
	assert.equal(late.to, '/login?next=/apply/review&notice=expired');
	assert.equal((await c.login({ next: '/apply/review' })).to, '/apply/review');
	assert.match((await c.get('/apply/review')).text, /幸福路 12 号院/);
	assert.equal((await c.review()).to, '/apply/done');
});

test('a draft goes on in another browser', async () => {
	const c = new Citizen(person('ok', 15));
	await c.login();
	await c.disclaimer();
	const other = new Citizen(c.who);
	await other.login();
	assert.match((await other.get('/web/')).text, /href="\/apply\/photos"/);
	assert.equal((await other.get('/apply/photos')).status, 200);
});

test('choosing how the page looks loses nothing that was typed', async () => {
	const c = new Citizen(person('ok', 11));
	await c.login();
	await c.get('/apply/details');
	assert.equal((await c.post({ keep: 'mode=care', ...details, address: '还没有写完' })).to, '/apply/details');
	const page = (await c.get('/apply/details')).text;
	assert.match(page, /data-weui-mode="care"/);
	assert.match(page, />还没有写完<\/textarea>/);
	assert.equal(hidden(page, 'back'), undefined);
});
