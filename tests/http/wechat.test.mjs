/* Logging in with the telephone number from WeChat. */
import test, { afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, citizens, person, hidden, sandbox } from '../citizen.mjs';
import { fingerprint, query, value } from '../database.mjs';

const login = '/login/yikatong/wechat';
const behave = (how) => fetch(`${sandbox()}/wechat/behave`, { method: 'POST', body: JSON.stringify(how) });
const counts = async () => (await fetch(`${sandbox()}/wechat/counts`)).json();
const forget = () => query("UPDATE provider_token SET body = NULL, ends_at = 0, leased_until = 0 WHERE provider = 'wechat'");
/* A mainland number that no sample citizen has. */
const stranger = () => `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;

async function press(phone) {
	const back = `http://127.0.0.1:${process.env.PORT}${login}`;
	const answer = await fetch(`${sandbox()}/wechat/press?${new URLSearchParams({ phone, back })}`, { redirect: 'manual' });
	return new URL(answer.headers.get('location')).searchParams.get('code');
}

async function open(phone, c = new Citizen({})) {
	await c.get(`${login}?code=${await press(phone)}`);
	return c;
}

const send = (c) => c.post({ code: hidden(c.page, 'code'), intent: 'login' });

afterEach(() => behave({}));

test('the number of an account logs in to it', async () => {
	const logins = () => Number(value("SELECT COUNT(*) FROM session WHERE way = 'wechat'")), before = logins();
	const c = await open(person('ok', 21).phone);
	const answer = await send(c);
	assert.deepEqual([answer.status, answer.to], [303, '/yikatong/']);
	assert.equal(logins(), before + 1);
});

test('opening the page with a code logs nobody in and writes nothing', async () => {
	const before = fingerprint();
	const c = await open(person('ok', 21).phone);
	assert.ok(hidden(c.page, 'code'));
	assert.equal(fingerprint(), before);
	assert.equal((await c.request(login, { method: 'POST', body: new URLSearchParams({ code: hidden(c.page, 'code') }) })).status, 403);
	assert.equal(fingerprint(), before);
});

test('a number that nobody has gets an account, whose name is still to be proven, once', async () => {
	const phone = stranger();
	for (let n = 0; n < 2; n++) {
		const before = value('SELECT COUNT(*) FROM account');
		const answer = await send(await open(phone));
		assert.deepEqual([answer.status, answer.to], [303, '/realname?next=/yikatong/']);
		assert.equal(value('SELECT COUNT(*) FROM account') - before, n === 0 ? 1 : 0);
	}
});

test('a number on the roster of somebody without an account proves nothing by itself', async () => {
	const answer = await send(await open(citizens.find((c) => c.kind === 'no_account').phone));
	assert.equal(answer.to, '/realname?next=/yikatong/');
});

test('each of WeChat\'s errors has its own words, and none logs in', async () => {
	const words = { busy: [503, '微信暂时没有回应'], often: [429, '请过一分钟'], day: [429, '请过一分钟'], expired: [422, '已过期'],
		used: [422, '已经用过'], appid: [503, '微信暂时没有回应'], garbage: [503, '微信暂时没有回应'], abroad: [422, '不是中国内地'] };
	for (const [next, [status, text]] of Object.entries(words)) {
		const c = await open(person('ok', 21).phone);
		await behave({ next: [next] });
		const answer = await send(c);
		assert.equal(answer.status, status, next);
		assert.match(answer.text, new RegExp(text), next);
		assert.equal((await c.get('/my')).status, 303, next);
	}
});

test('a code counts once', async () => {
	const c = await open(person('ok', 21).phone), page = c.page, other = new Citizen({});
	assert.equal((await send(c)).status, 303);
	await other.get(`${login}?code=${hidden(page, 'code')}`);
	const answer = await send(other);
	assert.equal(answer.status, 422);
	assert.match(answer.text, /已经用过/);
	await other.get(`${login}?code=never-given`);
	assert.match((await send(other)).text, /已过期/);
});

test('a token that WeChat no longer takes is fetched anew, once', async () => {
	await send(await open(person('ok', 21).phone));
	const before = await counts();
	let c = await open(person('ok', 21).phone);
	await behave({ next: ['token'] });
	assert.equal((await send(c)).status, 303);
	assert.equal((await counts()).tokens, before.tokens + 1);
	c = await open(person('ok', 21).phone);
	await behave({ next: ['token', 'token'] });
	assert.equal((await send(c)).status, 503);
	assert.equal((await counts()).tokens, before.tokens + 2);
});

test('many at once fetch one token, and it lies sealed', async () => {
	const all = await Promise.all(Array.from({ length: 8 }, () => open(person('ok', 21).phone)));
	forget();
	await behave({ slow: 300 });
	const before = await counts();
	assert.deepEqual((await Promise.all(all.map(send))).map((a) => a.status), Array(8).fill(303));
	assert.equal((await counts()).tokens, before.tokens + 1);
	assert.match(value("SELECT HEX(body) FROM provider_token WHERE provider = 'wechat'"), /^01/);
});

test('a channel without this way has no such page', async () => {
	const c = new Citizen({});
	for (const path of ['/login/wechat', '/login/jingtong/wechat', '/login/nothing/wechat'])
		assert.equal((await c.get(path)).status, 404, path);
});
