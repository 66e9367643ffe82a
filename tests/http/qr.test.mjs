/* QR codes: what each browser and each phone may do with one, and what nobody may. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, faults, hidden, origin, person, sandbox } from '../citizen.mjs';
import { fingerprint, query, value } from '../database.mjs';

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36';
const expired = { state: 'expired', left: 0 };

/* A citizen who is logged in on the channel that scans. */
async function phoneOf(who) {
	const phone = new Citizen(who);
	await phone.enter('jingtong');
	return phone;
}

/* A browser that shows a code. */
class Desktop extends Citizen {
	async draw(next = '') {
		const answer = await this.request(`/login/qr${next && `?next=${next}`}`, { headers: { 'user-agent': chrome } });
		assert.equal(answer.status, 303);
		this.url = answer.to;
		this.code = answer.to.match(/^\/login\/qr\/([A-Za-z0-9_-]{104})(?:\?next=|$)/)[1];
		this.scan = `/jingtong/scan/${this.code}`;
		await this.get(answer.to);
		this.number = this.page.match(/<b class="number">(\d\d)<\/b>/)[1];
		return this;
	}

	async poll(code = this.code) {
		return JSON.parse((await this.request(`/login/qr/state/${code}`)).text);
	}

	take() {
		const back = hidden(this.page, 'back');
		return this.post(back ? { back } : {}, { path: `/login/qr/${this.code}` });
	}
}

const desktop = () => new Desktop().draw();

/* The phone scans and answers with these values. */
async function confirm(phone, screen, values = {}) {
	assert.equal((await phone.get(screen.scan)).status, 200);
	return phone.post({ intent: 'confirm', number: screen.number, ...values });
}

const wrong = (number) => String(10 + (Number(number) - 10 + 1) % 90);
const later = (seconds) => query(`UPDATE qr_login SET decided_at = decided_at - ${seconds}`);
const session = (c) => c.cookies.get('sbk_session');

test('a phone that confirms logs the browser in, with a session of its own', async () => {
	const who = person('long_term_id', 0), phone = await phoneOf(who);
	const screen = await new Desktop().draw('/apply/disclaimer');
	const guest = session(screen);
	assert.equal((await screen.poll()).state, 'waiting');
	assert.equal((await phone.get(screen.scan)).status, 200);
	assert.equal((await screen.poll()).state, 'scanned');
	assert.match((await screen.get(screen.url)).text, /已扫描/);
	assert.equal((await screen.take()).status, 303);
	assert.equal(session(screen), guest, 'nothing is confirmed by scanning');
	const answer = await phone.post({ intent: 'confirm', number: screen.number });
	assert.equal(answer.status, 303);
	assert.match((await phone.get(answer.to)).text, /已确认/);
	assert.equal((await screen.poll()).state, 'confirmed');
	assert.match((await screen.get(screen.url)).text, /<form data-when="confirmed" method="post" action="[^"]*">/);
	const entered = await screen.take();
	assert.equal(entered.status, 303);
	assert.equal(entered.to, '/apply/disclaimer');
	assert.notEqual(session(screen), guest);
	assert.equal((await screen.get('/apply/disclaimer')).status, 200);
	assert.deepEqual(query("SELECT DISTINCT channel FROM session WHERE way = 'qr'"), [['web']]);
	assert.equal((await phone.get('/my')).status, 200);
	assert.match((await phone.get(screen.scan)).text, /已经登录/);
});

test('drawing and asking write nothing', async () => {
	const before = fingerprint(), rows = value('CHECKSUM TABLE qr_login');
	const screen = await desktop();
	await screen.poll();
	await screen.get(screen.url);
	assert.equal(fingerprint(), before);
	assert.equal(value('CHECKSUM TABLE qr_login'), rows);
});

test('the code says the address at which the phone confirms', async () => {
	const screen = await desktop();
	const sent = await (await fetch(`${sandbox()}/outbox?to=${screen.code}`)).json();
	assert.deepEqual(sent.map((m) => [m.kind, m.code]), [['qr', `${origin()}${screen.scan}`]]);
});

test('opening the page again keeps the code; each drawing is another', async () => {
	const screen = await desktop(), before = screen.page.match(/ d="([^"]*)"/)[1];
	await screen.get(screen.url);
	assert.equal(screen.page.match(/ d="([^"]*)"/)[1], before);
	const old = screen.code;
	await screen.draw();
	assert.notEqual(screen.code, old);
	assert.equal((await screen.poll(old)).state, 'waiting');
});

test('a browser that did not draw the code learns nothing and gets nothing', async () => {
	const phone = await phoneOf(person('hmt_permit', 0)), screen = await desktop(), thief = await desktop();
	assert.deepEqual(await thief.poll(screen.code), expired);
	await confirm(phone, screen);
	assert.deepEqual(await thief.poll(screen.code), expired);
	assert.deepEqual(await new Desktop().poll(screen.code), expired);
	const page = await thief.get(`/login/qr/${screen.code}`);
	assert.match(page.text, /二维码已失效/);
	assert.doesNotMatch(page.text, /class="number"/);
	await thief.get(thief.url);
	const answer = await thief.post({}, { path: `/login/qr/${screen.code}` });
	assert.equal(answer.to, `/login/qr/${screen.code}`);
	assert.match((await thief.get('/my')).to, /^\/login/);
	assert.equal((await screen.poll()).state, 'confirmed', 'and its owner has lost nothing');
	assert.equal((await screen.take()).to, '/web/');
});

test('any changed code is nobody\'s', async () => {
	const phone = await phoneOf(person('hmt_permit', 0)), screen = await desktop();
	for (const place of [0, 5, 30, 60, 75, 103]) {
		const other = screen.code[place] === 'B' ? 'C' : 'B';
		const forged = screen.code.slice(0, place) + other + screen.code.slice(place + 1);
		assert.deepEqual(await screen.poll(forged), expired);
		assert.equal((await phone.get(`/jingtong/scan/${forged}`)).status, 410);
	}
	for (const code of ['x', screen.code.slice(1), `${screen.code}A`])
		assert.equal((await phone.get(`/jingtong/scan/${code}`)).status, 410);
});

test('the attacker\'s code: the victim sees whose browser it is, and without her yes he gets nothing', async () => {
	const victim = await phoneOf(person('hmt_permit', 1)), attacker = await desktop();
	const page = (await victim.get(attacker.scan)).text;
	assert.match(page, /Chrome Windows/);
	assert.match(page, /127\.0\.0\.\*/);
	assert.match(page, /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
	assert.match(page, /不是您本人在电脑上操作的，请取消/);
	assert.match(page, />取消<\/button><button[^>]*>确认登录</);
	assert.doesNotMatch(page, new RegExp(`>${attacker.number}<`));
	assert.equal((await attacker.poll()).state, 'scanned');
	assert.match((await attacker.take()).to, /^\/login\/qr\//);
	assert.match((await attacker.get('/my')).to, /^\/login/);
	const answer = await victim.post({ intent: 'cancel' });
	assert.match((await victim.get(answer.to)).text, /已取消/);
	assert.deepEqual((await attacker.poll()).state, 'cancelled');
	assert.match((await attacker.get(attacker.url)).text, /手机上已取消/);
	await attacker.take();
	assert.match((await attacker.get('/my')).to, /^\/login/);
});

test('a wrong number cancels, and the right one comes too late', async () => {
	const phone = await phoneOf(person('hmt_permit', 1)), screen = await desktop();
	const answer = await confirm(phone, screen, { number: wrong(screen.number) });
	assert.equal(answer.to, `${screen.scan}?notice=qr_wrong`);
	const page = (await phone.get(answer.to)).text;
	assert.match(page, /数字与电脑上的不同/);
	assert.match(page, /已取消/);
	await phone.post({ intent: 'confirm', number: screen.number, csrf: hidden(page, 'csrf') });
	assert.equal((await screen.poll()).state, 'cancelled');
	await screen.take();
	assert.match((await screen.get('/my')).to, /^\/login/);
});

test('what is no number at all is asked for again', async () => {
	const phone = await phoneOf(person('hmt_permit', 1)), screen = await desktop();
	for (const number of ['', '7', 'abc', '1 2 3', '100']) {
		const answer = await confirm(phone, screen, { number });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer.text), ['number']);
		assert.match(answer.text, /Chrome Windows/);
	}
	assert.equal((await screen.poll()).state, 'scanned');
	await phone.post({ intent: 'confirm', number: ` ${screen.number} ` });
	assert.equal((await screen.poll()).state, 'confirmed');
});

test('the first phone has the code, another one is told so', async () => {
	const first = await phoneOf(person('pensioner', 0)), second = await phoneOf(person('pensioner', 1)), screen = await desktop();
	assert.equal((await first.get(screen.scan)).status, 200);
	const answer = await second.get(screen.scan);
	assert.equal(answer.status, 409);
	assert.match(answer.text, /已被另一部手机扫描/);
	await second.get('/my');
	await second.post({ intent: 'confirm', number: screen.number }, { path: screen.scan });
	assert.equal((await screen.poll()).state, 'scanned');
	assert.equal((await first.get(screen.scan)).status, 200);
	const both = await desktop();
	const answers = await Promise.all([first.get(both.scan), second.get(both.scan)]);
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409]);
});

test('a code is used once, however often its form is sent', async () => {
	const phone = await phoneOf(person('hmt_permit', 2)), screen = await desktop();
	await confirm(phone, screen);
	await screen.get(screen.url);
	const tabs = [1, 2, 3].map(() => Object.assign(new Desktop(), { page: screen.page, code: screen.code,
		cookies: new Map(screen.cookies) }));
	const before = Number(value("SELECT COUNT(*) FROM session WHERE way = 'qr'"));
	const answers = await Promise.all(tabs.map((tab) => tab.take()));
	assert.deepEqual(answers.map((a) => a.to).sort(), [`/login/qr/${screen.code}`, `/login/qr/${screen.code}`, '/web/']);
	assert.equal(Number(value("SELECT COUNT(*) FROM session WHERE way = 'qr'")), before + 1);
	assert.equal(new Set(tabs.map(session)).size, 2, 'one has a new cookie, the others the old one');
	await screen.take();
	assert.match((await screen.get('/my')).to, /^\/login/);
	assert.deepEqual(await screen.poll(), expired);
});

test('a confirmed code that nobody came for in time gives nothing', async () => {
	const phone = await phoneOf(person('hmt_permit', 2)), screen = await desktop();
	await confirm(phone, screen);
	later(61);
	assert.equal((await screen.poll()).state, 'expired');
	await screen.take();
	assert.match((await screen.get('/my')).to, /^\/login/);
});

test('nobody confirms without a session of the channel, a name and the form\'s token', async () => {
	const screen = await desktop(), stranger = new Citizen(person('pensioner', 2));
	assert.equal((await stranger.get(screen.scan)).to, `/login/jingtong?next=${screen.scan}`);
	await stranger.login();
	assert.equal((await stranger.get(screen.scan)).to, `/login/jingtong?next=${screen.scan}`, 'logged in elsewhere');
	assert.equal((await screen.poll()).state, 'waiting');
	const phone = await phoneOf(person('pensioner', 2));
	await phone.get(screen.scan);
	for (const csrf of ['', 'x'.repeat(64)])
		assert.equal((await phone.post({ intent: 'confirm', number: screen.number, csrf })).status, 403);
	assert.equal((await screen.poll()).state, 'scanned');
	query(`UPDATE session SET person = NULL WHERE channel = 'jingtong' AND ended_at IS NULL ORDER BY created_at DESC LIMIT 1000`);
	assert.match((await phone.get(screen.scan)).to, /^\/realname\?next=\/jingtong\/scan\//);
});

test('who is logged in already is led on', async () => {
	const c = new Citizen(person('pensioner', 2)), screen = await desktop();
	await c.login();
	assert.equal((await c.get('/login/qr')).to, '/web/');
	assert.equal((await c.get(`/login/qr/${screen.code}?next=/my`)).to, '/my');
});
