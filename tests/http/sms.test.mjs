/* Codes by text message: logging in, registering, a new password. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, code, faults, mark, nobody, person, sandbox } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const later = (seconds) => query(`UPDATE throttle SET resets_at = resets_at - ${seconds}`);
const session = (c) => c.cookies.get('sbk_session');

const paths = { login: '/login/yikatong/sms', register: '/login/register', reset: '/login/reset' };

/* A browser on the page of that purpose, which has asked for a code. */
async function asked(purpose, phone, c = new Citizen({ phone })) {
	await c.get(paths[purpose]);
	const answer = await c.post({ phone, intent: 'code' });
	c.page = answer.text;
	c.mark = mark(c.page);
	return answer.status === 200 ? c : Object.assign(c, { refused: answer });
}

const other = (digits) => String((Number(digits) + 1) % 1000000).padStart(6, '0');

test('a number without account gets one, whose name is still to be proven; the next time it is the same', async () => {
	const phone = nobody(), c = await asked('login', phone);
	const before = session(c);
	const answer = await c.post({ phone: ` ${phone.slice(0, 3)} ${phone.slice(3)} `, code: await code(phone, c.mark), intent: 'login' });
	assert.equal(answer.to, '/realname?next=/yikatong/');
	assert.notEqual(session(c), before);
	const account = value("SELECT HEX(account) FROM session WHERE way = 'sms' ORDER BY created_at DESC LIMIT 1");
	later(60);
	const again = await asked('login', phone);
	await again.post({ phone, code: await code(phone, again.mark), intent: 'login' });
	assert.deepEqual(query(`SELECT COUNT(*) FROM session WHERE account = UNHEX('${account}') AND way = 'sms'`), [['2']]);
});

test('the number of an account logs in to it, and the code may be typed with blanks', async () => {
	const who = person('rare_name', 0), c = await asked('login', who.phone);
	const digits = await code(who.phone, c.mark);
	const answer = await c.post({ phone: who.phone, code: ` ${digits.slice(0, 3)} ${digits.slice(3)}`, intent: 'login' });
	assert.equal(answer.to, '/yikatong/');
	assert.ok((await c.get('/my')).text.includes(`${[...who.name][0]}*`));
});

test('the page names the message and keeps the telephone; the message says what it is for and has no link', async () => {
	const phone = nobody(), c = await asked('login', phone);
	assert.match(c.mark, /^[A-Z0-9]{3}$/);
	assert.ok(c.page.includes(`value="${phone}"`));
	assert.match(c.page, /name="code"[^>]*autocomplete="one-time-code"/);
	assert.match(c.page, /data-wait="(?:5\d|60)"/);
	await code(phone, c.mark);
	const [{ text }] = await (await fetch(`${sandbox()}/outbox?to=${phone}`)).json();
	assert.match(text, new RegExp(`^【北京人社】${c.mark}-\\d{6} 是登录验证码，5 分钟内有效。`));
	assert.doesNotMatch(text, /http|www|\.cn|\.com/i);
});

test('five wrong codes are all there are, and another code gives no more', async () => {
	const phone = nobody(), c = await asked('login', phone), right = await code(phone, c.mark);
	for (let n = 0; n < 5; n++) {
		const answer = await c.post({ phone, code: other(right), intent: 'login' });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer.text), ['code']);
	}
	later(60);
	await asked('login', phone, c);
	const answer = await c.post({ phone, code: await code(phone, c.mark), intent: 'login' });
	assert.equal(answer.status, 429);
	assert.ok(Number(answer.headers.get('retry-after')) > 0);
	assert.match(answer.text, /请过 15 分钟再试/);
});

test('a code is of one browser, one purpose and five minutes', async () => {
	const phone = nobody(), c = await asked('login', phone), digits = await code(phone, c.mark);
	const thief = new Citizen({}), elsewhere = new Citizen({});
	await thief.get(paths.login);
	assert.equal((await thief.post({ phone, code: digits, intent: 'login' })).status, 422);
	for (const [name, v] of c.cookies)
		elsewhere.cookies.set(name, v);
	await elsewhere.get(paths.register);
	assert.equal((await elsewhere.post({ phone, code: digits, password: 'ein langer Satz', intent: 'register' })).status, 422);
	query('UPDATE otp SET expires_at = expires_at - 300');
	const answer = await c.post({ phone, code: digits, intent: 'login' });
	assert.equal(answer.status, 422);
	assert.match(answer.text, /验证码已过期/);
});

test('a second code within a minute is refused in words with the time to wait, and the first stays good', async () => {
	const phone = nobody(), c = await asked('login', phone), first = c.mark;
	const { refused } = await asked('login', phone, c);
	assert.equal(refused.status, 429);
	assert.ok(Number(refused.headers.get('retry-after')) <= 60);
	assert.match(refused.text, /\d+ 秒后可以再试/);
	assert.equal(mark(refused.text), first);
	assert.equal((await c.post({ phone, code: await code(phone, first), intent: 'login' })).status, 303);
});

test('an hour has five codes', async () => {
	const phone = nobody();
	for (let n = 0; n < 5; n++) {
		assert.equal((await asked('login', phone)).refused, undefined);
		query("UPDATE throttle SET resets_at = resets_at - 60 WHERE resets_at < UNIX_TIMESTAMP() + 61");
	}
	const { refused } = await asked('login', phone);
	assert.equal(refused.status, 429);
	assert.match(refused.text, /\d\d 分钟后可以再试/);
});

test('what is no number is said at its field', async () => {
	const c = new Citizen({});
	await c.get(paths.login);
	for (const phone of ['', '1380000000', '010 62345678', '<b>']) {
		const answer = await c.post({ phone, intent: 'code' });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer.text), ['phone']);
	}
});

test('who has no account registers with telephone and password, and proves her name next', async () => {
	const phone = nobody(), password = 'vier Worte reichen aus', c = await asked('register', phone);
	const digits = await code(phone, c.mark);
	for (const [bad, words] of [['', '请填写'], ['1234567', '至少 8 个字符'], ['88888888', '太常见'], ['x'.repeat(129), '太长']]) {
		const answer = await c.post({ phone, code: digits, password: bad, intent: 'register' });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer.text), ['password']);
		assert.ok(answer.text.includes(words));
	}
	const answer = await c.post({ phone, code: digits, password, intent: 'register' });
	assert.equal(answer.to, '/realname?next=/web/');
	const back = new Citizen({});
	await back.login({ as: phone, password });
	assert.ok(back.entered);
});

test('whose number has an account is told so only when it is in her hands', async () => {
	const who = person('rare_name', 1), c = await asked('register', who.phone), stranger = await asked('register', nobody());
	assert.equal(c.page.replaceAll(who.phone, '').length, stranger.page.replaceAll(stranger.who.phone, '').length);
	const answer = await c.post({ phone: who.phone, code: await code(who.phone, c.mark), password: 'vier Worte reichen', intent: 'register' });
	assert.equal(answer.status, 422);
	assert.match(answer.text, /这个手机号已经有账号了/);
	const old = new Citizen(who);
	await old.login();
	assert.ok(old.entered);
});

test('a forgotten password is made anew by the telephone, and every session ends', async () => {
	const who = person('rare_name', 2), password = 'ganz neu und lang', before = new Citizen(who);
	await before.login();
	const c = await asked('reset', who.phone);
	const answer = await c.post({ phone: who.phone, code: await code(who.phone, c.mark), password, intent: 'reset' });
	assert.equal(answer.to, '/login/account?notice=password_reset');
	assert.match((await before.get('/my')).to, /^\/login/);
	assert.equal((await new Citizen(who).login()).status, 422);
	assert.equal((await new Citizen(who).login({ password })).status, 303);
	assert.ok(Number(value("SELECT COUNT(*) FROM audit WHERE action = 'password'")) >= 1);
});

test('a number without account hears the same of a forgotten password, and nothing is sent to it', async () => {
	const who = person('rare_name', 3), phone = nobody();
	const mute = () => Number(value("SELECT COUNT(*) FROM outbox WHERE state = 'mute'")), before = mute();
	const known = await asked('reset', who.phone), unknown = await asked('reset', phone);
	const plain = (c) => c.page.replaceAll(c.who.phone, '').replaceAll(c.mark, '').replace(/value="[0-9a-f]{64}"/g, '');
	assert.equal(plain(unknown), plain(known));
	assert.equal(mute(), before + 1);
	await code(who.phone, known.mark);
	assert.deepEqual(await (await fetch(`${sandbox()}/outbox?to=${phone}`)).json(), []);
});

test('an empty form is told all that is missing at once, in the order of the page', async () => {
	const fields = { '/login': ['login', 'account', 'password', 'captcha'], [paths.login]: ['login', 'phone', 'code'],
		[paths.register]: ['register', 'phone', 'code', 'password'], [paths.reset]: ['reset', 'phone', 'code', 'password'],
		'/login/jingtong/face/sms': ['prove', 'id_number', 'code'] };
	for (const [path, [intent, ...names]] of Object.entries(fields)) {
		const c = new Citizen({});
		await c.get(path);
		const answer = await c.post({ intent });
		assert.equal(answer.status, 422, path);
		assert.deepEqual(faults(answer.text), names, path);
	}
	const c = new Citizen(person('foreign_permanent', 0));
	await c.login();
	await c.get('/my/password');
	assert.deepEqual(faults((await c.post({})).text), ['old', 'password']);
});

test('who is logged in changes the password with the old one, and the other sessions end', async () => {
	const who = person('foreign_permanent', 0), here = new Citizen(who), there = new Citizen(who), password = 'noch ein Satz';
	await here.login();
	await there.login();
	await here.get('/my/password');
	for (const [values, field] of [[{ old: 'falsch', password }, 'old'], [{ old: '', password }, 'old'], [{ old: who.password, password: 'kurz' }, 'password']]) {
		const answer = await here.post(values);
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer.text), [field]);
	}
	assert.equal((await here.post({ old: who.password, password })).to, '/my?notice=password_changed');
	assert.equal((await here.get('/my')).status, 200);
	assert.match((await there.get('/my')).to, /^\/login/);
	assert.equal((await new Citizen(who).login({ password })).status, 303);
	assert.match((await new Citizen({}).get('/my/password')).to, /^\/login/);
});

test('guesses of the old password are counted', async () => {
	const who = person('foreign_permanent', 1), c = new Citizen(who);
	await c.login();
	await c.get('/my/password');
	let status;
	for (let n = 0; n < 12 && status !== 429; n++)
		({ status } = await c.post({ old: `geraten ${n}`, password: 'noch ein langer Satz' }));
	assert.equal(status, 429);
});

test('without an account to log in to, the channel has no such page', async () => {
	assert.equal((await new Citizen({}).get('/login/sms')).status, 404);
	assert.equal((await new Citizen({}).get('/login/jingtong/sms')).status, 404);
});
