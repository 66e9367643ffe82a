/* Those who are not let in. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Citizen, person, hidden, faults } from '../citizen.mjs';
import { fingerprint, query } from '../database.mjs';

const steps = ['disclaimer', 'photos', 'details', 'delivery', 'review'];

/* What the server says to these very bytes. */
function raw(text) {
	return new Promise((resolve) => {
		const socket = connect(Number(process.env.PORT), '127.0.0.1', () => socket.write(text));
		let answer = '';
		socket.on('data', (data) => { answer += data; });
		socket.on('close', () => resolve(answer));
		socket.on('error', () => resolve(answer || 'reset'));
		socket.setTimeout(5000, () => socket.destroy());
	});
}

test('pages of a person lead strangers to the login', async () => {
	const c = new Citizen(person('ok', 20));
	for (const path of [...steps.map((s) => `/apply/${s}`), '/apply/done', '/my', '/web/'])
		assert.match((await c.get(path)).to, /^\/login\?next=/);
});

test('a form without its token, or from elsewhere, changes nothing', async () => {
	const c = new Citizen(person('ok', 20));
	await c.login();
	await c.get('/apply/disclaimer');
	const csrf = hidden(c.page, 'csrf');
	const before = fingerprint();
	for (const step of steps) {
		const form = { version: '0', intent: 'next' };
		const send = (values, headers) => c.request(`/apply/${step}`,
			{ method: 'POST', body: new URLSearchParams({ ...form, ...values }), headers });
		assert.equal((await send({})).status, 403);
		assert.equal((await send({ csrf: 'x'.repeat(64) })).status, 403);
		assert.equal((await send({ csrf }, { origin: 'http://evil.example' })).status, 403);
		assert.equal((await send({ csrf }, { 'sec-fetch-site': 'cross-site' })).status, 403);
		assert.equal((await c.request(`/apply/${step}`, { method: 'POST', body: JSON.stringify({ csrf }),
			headers: { 'content-type': 'text/plain' } })).status, 400);
	}
	assert.equal((await c.request('/logout', { method: 'POST', body: new URLSearchParams({}) })).status, 403);
	assert.equal(fingerprint(), before);
	const stranger = new Citizen(c.who);
	await stranger.get('/login');
	assert.equal((await c.request('/login', { method: 'POST',
		body: new URLSearchParams({ csrf: hidden(stranger.page, 'csrf'), account: 'x', password: 'y' }) })).status, 403);
});

test('the login makes a new session, and the cookie from before is worth nothing', async () => {
	const c = new Citizen(person('ok', 20));
	await c.get('/login');
	const before = c.cookies.get('sbk_session');
	assert.equal((await c.login()).status, 303);
	assert.notEqual(c.cookies.get('sbk_session'), before);
	const fixed = new Citizen(c.who);
	fixed.cookies.set('sbk_session', before);
	assert.match((await fixed.get('/my')).to, /^\/login/);
});

test('logging out ends the session on the server', async () => {
	const c = new Citizen(person('ok', 20));
	await c.login();
	await c.get('/my');
	const token = c.cookies.get('sbk_session');
	assert.match((await c.post({}, { path: '/logout' })).to, /logged_out/);
	c.cookies.set('sbk_session', token);
	assert.match((await c.get('/my')).to, /^\/login/);
});

test('a captcha counts once, in its own browser, right or wrong', async () => {
	const c = new Citizen(person('ok', 20)), other = new Citizen(person('ok', 20));
	const form = { account: c.who.username, password: 'not it', intent: 'login' };
	await c.get('/login');
	const solved = await c.captcha();
	await other.get('/login');
	assert.equal((await other.post({ ...form, ...solved }, { path: '/login' })).status, 422);
	assert.deepEqual(faults(other.page), ['captcha']);
	assert.equal((await other.request(`/login/captcha?id=${solved.captcha_id}`)).status, 404);
	assert.equal((await c.post({ ...form, ...solved }, { path: '/login' })).status, 422);
	assert.deepEqual(faults(c.page), ['account']);
	assert.equal((await c.post({ ...form, ...solved, password: c.who.password }, { path: '/login' })).status, 422);
	assert.deepEqual(faults(c.page), ['captcha']);
	const fresh = await c.captcha();
	assert.equal((await c.post({ ...form, ...fresh, captcha: 'WRONG' }, { path: '/login' })).status, 422);
	assert.equal((await c.post({ ...form, ...fresh, password: c.who.password }, { path: '/login' })).status, 422);
	assert.deepEqual(faults(c.page), ['captcha']);
});

test('who guesses passwords is stopped; who has no account hears the same', async () => {
	const c = new Citizen(person('ok', 19));
	for (const name of [c.who.username, 'nobody-at-all']) {
		let answer;
		for (let n = 0; n < 4; n++) {
			answer = await c.login({ as: name, password: 'guess' });
			assert.equal(answer.status, 422);
			assert.match(answer.text, /用户名、手机号、身份证号或密码不对/);
		}
		answer = await c.login({ as: name, password: c.who.password });
		assert.equal(answer.status, 429);
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
	}
	query('DELETE FROM throttle');
});

test('logging in works by user name, phone and ID number', async () => {
	const c = new Citizen(person('ok', 18));
	for (const as of [c.who.username, c.who.username.toUpperCase(), c.who.phone, c.who.id_number, c.who.id_number.toLowerCase()])
		assert.equal((await c.login({ as })).status, 303, as);
});

test("somebody else's pictures and applications are as unknown as none", async () => {
	const owner = new Citizen(person('ok', 21)), c = new Citizen(person('ok', 20));
	const no = await owner.apply();
	const [[photo]] = query(`SELECT LOWER(HEX(id)) FROM photo WHERE application = '${no}' AND kind = 'portrait'`);
	assert.equal((await owner.request(`/photo/${photo}`)).status, 200);
	await c.login();
	for (const path of [`/photo/${photo}`, '/photo/00000000000000000000000000000000', '/photo/x', `/my/withdraw/${no}`,
		'/my/withdraw/BJ000000000000000'])
		assert.equal((await c.get(path)).status, 404, path);
	await c.get('/my');
	assert.equal((await c.post({ csrf: hidden(c.page, 'csrf') ?? '' }, { path: `/my/withdraw/${no}` })).status, 404);
	assert.match((await new Citizen(c.who).get(`/photo/${photo}`)).to, /^\/login/);
});

test('inputs that no table names do not exist', async () => {
	const c = new Citizen(person('ok', 20));
	await c.login();
	await c.get('/apply/disclaimer');
	const many = Object.fromEntries(['status', 'state', 'person', 'owner', 'live', 'bank', 'Page.title', 'Lang.site.name', 'Field.x.label',
		'Step.consent.0.label', 'Config.VarEscapeMode', 'cgiout.Location', 'no', 'eligibility', 'answers', '__proto__'].map((k) => [k, 'intruder']));
	const answer = await c.post({ ...many, intent: 'next', disclaimer: 'wrong version' });
	assert.equal(answer.status, 422);
	assert.doesNotMatch(answer.text, /intruder/);
});

test('too many inputs, a wrong version, bytes that are no text: 400 and a page with the request id', async () => {
	const c = new Citizen(person('ok', 20));
	await c.login();
	await c.get('/apply/disclaimer');
	const csrf = hidden(c.page, 'csrf');
	const flood = new URLSearchParams([['csrf', csrf], ...Array.from({ length: 300 }, (_, n) => [`p${n}`, '1'])]);
	for (const body of [flood.toString(), `csrf=${csrf}&version=x`, `csrf=${csrf}`, `csrf=${csrf}&version=1&a=%ff`, 'a=%00']) {
		const answer = await c.request('/apply/disclaimer', { method: 'POST', body,
			headers: { 'content-type': 'application/x-www-form-urlencoded' } });
		assert.equal(answer.status, 400);
		const id = answer.headers.get('x-request-id');
		assert.match(answer.text, new RegExp(id));
		assert.match(answer.text, new RegExp(`>${id.slice(0, 4)} ${id.slice(4, 8)}<`), 'what can be read out on the telephone');
	}
});

test('what people type is shown as text', async () => {
	const c = new Citizen(person('ok', 17));
	await c.login();
	await c.disclaimer();
	await c.photos();
	for (const evil of ['"><script>alert(1)</script>', '</textarea><script>alert(1)</script>', "'; DROP TABLE draft; --", '<?cs include:"/etc/passwd" ?>', '{{7*7}}']) {
		await c.details({ address: evil, occupation: '' });
		const page = (await c.get('/apply/details')).text;
		assert.doesNotMatch(page, /<script>alert/);
		assert.doesNotMatch(page, /root:x:/);
		assert.ok(page.includes(`>${evil.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')}</textarea>`), evil);
	}
});

test('a page is compressed for whoever takes that, one that refuses a form too', async () => {
	const c = new Citizen({});
	await c.get('/login');
	const empty = { method: 'POST', body: new URLSearchParams({ csrf: hidden(c.page, 'csrf'), intent: 'login' }) };
	for (const [options, status] of [[{}, 200], [empty, 422]])
		for (const [accept, encoding] of [['gzip, br', 'gzip'], ['identity', null]]) {
			const answer = await c.request('/login', { ...options, headers: { 'accept-encoding': accept } });
			assert.deepEqual([answer.status, answer.headers.get('content-encoding')], [status, encoding]);
			assert.match(answer.headers.get('vary'), /accept-encoding/i);
			assert.match(answer.text, /<\/html>\s*$/);
		}
});

test('every answer of whatever status carries the security headers', async () => {
	const c = new Citizen(person('ok', 20));
	const answers = [await c.get('/'), await c.get('/my'), await c.get('/nothing'), await c.get('/login'),
		await c.request('/', { method: 'DELETE' }), await c.request('/apply/details', { method: 'POST', body: 'x'.repeat(70000) }),
		await c.get('/static/app.css'), await c.request('/login', { method: 'POST', body: 'x=1' })];
	assert.deepEqual(answers.map((a) => a.status), [200, 303, 404, 200, 405, 413, 200, 400]);
	for (const { headers } of answers) {
		assert.match(headers.get('content-security-policy'), /default-src 'none'; script-src 'self'; style-src 'self';/);
		assert.doesNotMatch(headers.get('content-security-policy'), /unsafe/);
		assert.equal(headers.get('x-content-type-options'), 'nosniff');
		assert.ok(headers.get('cache-control'));
		assert.doesNotMatch(headers.get('server') || '', /\d/);
	}
});

test('paths out of the site lead nowhere', async () => {
	for (const path of ['/static/../sbk.hdf', '/static/..%2f..%2fsbk.hdf', '/static/%2e%2e/README.md', '/templates/layout.cs',
		'/apply/../../etc/passwd', '/apply/done/x', '/photo/../my', '/.git/config', '/apply/%00', '/my/x.css']) {
		const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${process.env.PORT}\r\nConnection: close\r\n\r\n`);
		assert.match(answer, /^HTTP\/1\.1 (400|404|30[13])/, path);
		assert.doesNotMatch(answer, /root:x:|Db\.Socket/);
	}
});

test('a login leads on only to places of our own', async () => {
	const c = new Citizen(person('ok', 20));
	for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/apply/../../x', 'javascript:alert(1)', '/apply/nothing']) {
		await c.get(`/login?next=${encodeURIComponent(next)}`);
		assert.equal(hidden(c.page, 'back'), undefined);
		const answer = await c.post({ account: c.who.username, password: c.who.password, intent: 'login', back: next, ...(await c.captcha()) }, { path: '/login' });
		assert.equal(answer.to, '/web/');
		c.cookies.clear();
	}
});

test('pages that nginx shows by itself look as one wants to see pages', async () => {
	const { text } = await new Citizen({}).request('/nothing', { headers: { cookie: 'view=care.dark.high.en' } });
	assert.match(text, /<body data-weui-mode="care">/);
	assert.match(text, /name="color-scheme" content="dark"/);
	assert.match(text, /dark\.css" media="screen">/);
	assert.match(text, /contrast\.css" media="screen">/);
});

test('smuggled and foreign requests are refused at the edge', async () => {
	const host = `Host: 127.0.0.1:${process.env.PORT}`;
	for (const request of [`GET / HTTP/1.1\r\n${host}\r\nHost: evil.example\r\n\r\n`,
		`POST /login HTTP/1.1\r\n${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
		`POST /login HTTP/1.1\r\n${host}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
		`GET / HTTP/1.1\r\n${host}\r\nX: ${'y'.repeat(40000)}\r\n\r\n`,
		`TRACE / HTTP/1.1\r\n${host}\r\n\r\n`])
		assert.match(await raw(request), /^HTTP\/1\.1 (400|405|431)|^reset$/);
	assert.match(await raw('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n'), /^(reset)?$/);
});

