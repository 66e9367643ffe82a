/* Logging in with an identity elsewhere: five providers, and everything that must not be believed. */
import test, { afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Citizen, origin, person, sandbox } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const providers = ['national', 'alipay', 'wechat', 'baidu', 'ecard'];
const behave = (...next) => fetch(`${sandbox()}/providers/behave`, { method: 'POST', body: JSON.stringify({ next }) });
const words = (html) => html.match(/<li><a href="#other">([^<]*)</)?.[1];

afterEach(() => behave());

/* What the log says from now on. */
function log()
{
	const text = () => readFileSync(`${process.env.VAR}/log/sso.log`, 'utf8');
	const before = text().length;
	return () => text().slice(before);
}

/* A browser at the provider: keeps its cookies there, and follows until it is sent back to us. */
async function there(start, who) {
	const jar = new Map();
	let url = start;
	for (let n = 0; n < 12; n++) {
		const answer = await fetch(url, { redirect: 'manual', headers: { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') } });
		for (const line of answer.headers.getSetCookie()) {
			const [, name, v] = line.match(/^([^=]+)=([^;]*)/);
			jar.set(name, v);
		}
		if (answer.status === 200)
			url = new URL((who ? (await answer.text()).match(new RegExp(`href="([^"]*who=${who.username})"`)) :
				(await answer.text()).match(/href="([^"]*no=1)"/))[1].replaceAll('&amp;', '&'), url).href;
		else
			url = new URL(answer.headers.get('location'), url).href;
		if (url.startsWith(origin()))
			return url.slice(origin().length);
	}
	throw new Error(`lost at ${url}`);
}

async function begun(provider, next = '', who = {}) {
	const c = new Citizen(who);
	await c.get('/login/other');
	const answer = await c.get(`/login/other/${provider}${next && `?next=${next}`}`);
	assert.equal(answer.status, 303);
	c.away = answer.to;
	return c;
}

/* The whole way; the answer to the callback. */
async function enter(provider, who, next) {
	const c = await begun(provider, next, who);
	c.back = await there(c.away, who);
	return [c, await c.get(c.back)];
}

const refused = async (c, answer, text, status = 422) => {
	assert.equal(answer.status, status);
	assert.match(words(answer.text), text);
	assert.match((await c.get('/my')).to, /^\/login/);
};

for (const provider of providers)
	test(`${provider}: the first time the name is still to be proven, from then on it is she`, async () => {
		const who = person('deceased'), [c, first] = await enter(provider, who, '/my');
		assert.equal(first.to, '/realname?next=/my');
		await c.get(first.to);
		assert.equal((await c.face()).to.split('?')[0], '/my');
		const [again, second] = await enter(provider, who, '/my');
		assert.equal(second.to, '/my');
		assert.match((await again.get('/my')).text, new RegExp(`${who.name[0]}\\*`));
		const [, other] = await enter(provider, person('minor'));
		assert.equal(other.to, '/realname?next=/web/');
		assert.equal(value(`SELECT COUNT(*) FROM session WHERE way = 'other_${provider}'`) >= 3, true);
	});

test('what is sent along is new each time, and the verifier stays here', async () => {
	const [one, two] = [await begun('national'), await begun('national')].map((c) => new URL(c.away).searchParams);
	for (const name of ['state', 'nonce', 'code_challenge'])
		assert.notEqual(one.get(name), two.get(name));
	assert.equal(one.get('code_challenge_method'), 'S256');
	assert.equal(one.get('response_type'), 'code');
	assert.equal(one.get('redirect_uri'), `${origin()}/login/other/national/back`);
});

test('another state, none, another provider, another browser: a login that was not begun here', async () => {
	const who = person('minor');
	for (const provider of ['national', 'wechat']) {
		for (const bend of [(u) => u.replace(/state=[^&]*/, 'state=x'), (u) => u.replace(/state=[^&]*&?/, ''),
			(u) => u.replace(/state=(.)/, (_, a) => `state=${a === 'A' ? 'B' : 'A'}`), (u) => u.replace(provider, 'ecard')]) {
			const c = await begun(provider), back = bend(await there(c.away, who));
			await refused(c, await c.get(back), /不是从这个浏览器开始的/);
		}
		const c = await begun(provider), back = await there(c.away, who), stranger = await begun(provider);
		await refused(stranger, await stranger.get(back), /不是从这个浏览器开始的/);
		const nobody = new Citizen({});
		await refused(nobody, await nobody.get(back), /不是从这个浏览器开始的/);
		// The cookie of the one in the browser of the other opens nothing.
		const thief = new Citizen({});
		await thief.get('/login/other');
		thief.cookies.set('sso', c.cookies.get('sso'));
		await refused(thief, await thief.get(back), /不是从这个浏览器开始的/);
	}
});

test('an answer counts once', async () => {
	for (const provider of ['national', 'alipay']) {
		const [c, answer] = await enter(provider, person('minor'));
		assert.equal(answer.status, 303);
		assert.equal(c.cookies.get('sso'), undefined);
		const replay = new Citizen({});
		for (const [k, v] of c.cookies)
			replay.cookies.set(k, v);
		replay.cookies.delete('sbk_session');
		await refused(replay, await replay.get(c.back), /不是从这个浏览器开始的/);
		// Even with everything that the browser had: the provider takes no code twice.
		const again = await begun(provider), back = await there(again.away, person('minor')), kept = new Map(again.cookies);
		assert.equal((await again.get(back)).status, 303);
		again.cookies = kept;
		await refused(again, await again.get(back), /无法确认/);
	}
});

test('an answer in the name of another issuer is none to what was asked', async () => {
	const c = await begun('national'), back = await there(c.away, person('minor'));
	const logged = log();
	await refused(c, await c.get(back.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fissuer.example')), /不是从这个浏览器开始的/);
	assert.match(logged(), /"provider_refused".*"why":"issuer"/);
});

test('a provider that names an error is not a citizen who did not agree, and the log has its word', async () => {
	for (const [error, words, status] of [['access_denied', /没有在那边同意登录/, 422], ['temporarily_unavailable', /没有回应/, 503],
		['server_error', /没有回应/, 503], ['invalid_scope', /无法确认是您本人/, 422], ['<b>\r\n"x', /无法确认是您本人/, 422]]) {
		const c = await begun('national'), back = await there(c.away, person('minor'));
		const logged = log();
		await refused(c, await c.get(back.replace(/code=[^&]*/, `error=${encodeURIComponent(error)}`)), words, status);
		assert.match(logged(), new RegExp(`"provider_refused".*"why":"${error.replace(/[^a-z_]/g, '')}"`));
	}
	// Nor does a code beside it count.
	const c = await begun('national'), back = await there(c.away, person('minor'));
	await refused(c, await c.get(`${back}&error=access_denied`), /没有在那边同意登录/);
});

test('who does not agree there is not logged in, and told what she can do', async () => {
	for (const provider of providers) {
		const c = await begun(provider), back = await there(c.away);
		await refused(c, await c.get(back), /没有在那边同意登录/);
	}
});

for (const [how, why] of Object.entries({ nonce: 'nonce', audience: 'aud', audiences: 'aud', issuer: 'iss', expired: 'exp', future: 'iat',
	none: 'alg', hs256: 'alg', kid: 'kid', signature: 'signature' }))
	test(`an ID token is refused for its ${how}, and the log says so`, async () => {
		const c = await begun('national'), back = await there(c.away, person('minor'));
		const logged = log();
		await behave(how);
		await refused(c, await c.get(back), /无法确认是您本人/);
		assert.match(logged(), new RegExp(`"provider_refused".*"why":"${why}"`));
	});

test('a provider that is down, slow or talks nonsense costs a clear page, and the worker no more than its time-out', async () => {
	for (const [provider, how] of [['national', 'down'], ['national', 'slow'], ['ecard', 'garbage'], ['alipay', 'down'], ['wechat', 'garbage'], ['baidu', 'down']]) {
		const c = await begun(provider), back = await there(c.away, person('minor')), began = Date.now();
		await behave(how);
		const answer = await c.get(back);
		await refused(c, answer, /没有回应/, 503);
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
		assert.ok(Date.now() - began < 9000);
	}
});

test('a code that is none is refused', async () => {
	for (const provider of providers) {
		const c = await begun(provider), back = await there(c.away, person('minor'));
		await refused(c, await c.get(back.replace(/code=[^&]*/, 'code=abc')), /无法确认/);
	}
});

test('an unknown provider is no page, and who is logged in is led on', async () => {
	const c = new Citizen(person('minor'));
	for (const path of ['/login/other/nobody', '/login/other/national/', '/login/other/nobody/back', '/login/jingtong/other', '/login/jingtong/qr', '/login/yikatong/face', '/login/yikatong/face/sms'])
		assert.equal((await c.get(path)).status, 404, path);
	await c.login();
	assert.equal((await c.get('/login/other?next=/my')).to, '/my');
	assert.deepEqual(query("SELECT provider FROM identity_link WHERE provider NOT IN ('national', 'alipay', 'wechat', 'baidu', 'ecard', 'phone')"), []);
});
