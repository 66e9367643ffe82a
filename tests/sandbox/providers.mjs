// Who vouches for citizens elsewhere (conf/providers.hdf). Each shows a page with the sample citizens: whoever is chosen has
// logged in there.
//   /oidc/national/…, /oidc/ecard/…   two OpenID providers, by oidc-provider
//   /alipay/…, /weixin/…, /baidu/…    the three platforms' own addresses, parameters and answers; Alipay's gateway verifies
//                                     the signature. What Alipay signs in its answers is left out.
//   POST /providers/behave {next: […]}   what the next exchanges of a code meet instead of their answer:
//       down, slow, garbage            503, nothing in time, no JSON
//       nonce, audience, audiences, issuer, expired, future, none, hs256, kid, signature   an ID token that is so
import { createHash, createHmac, createPublicKey, createSign, createVerify, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Provider from 'oidc-provider';

import { body, json } from './http.mjs';
import { html } from './page/html.mjs';

const citizens = JSON.parse(readFileSync(new URL('citizens.json', import.meta.url), 'utf8'));
const subject = (provider, who) => createHash('sha256').update(`${provider} ${who}`).digest('hex').slice(0, 32);
const base64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const names = { national: '国家政务服务平台', ecard: '电子社保卡', alipay: '支付宝', weixin: '微信', baidu: '百度' };

// choose: the address that a choice leads to, with ?who=…
function people(provider, choose, cancel)
{
	const rows = citizens.map((c) => html`<tr><td>${c.name}</td><td><a href="${choose}who=${c.username}">${c.username}</a></td><td><code>${c.kind}</code></td></tr>
`);
	return html`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${names[provider]}</title><link rel="stylesheet" href="/page.css"></head>
<body><main><h1>${names[provider]}：是谁在登录？ <span lang="en">who is logging in?</span></h1>
<p><a href="${cancel}">不同意 <span lang="en">I do not agree</span></a></p>
<div class="sheet"><table><tbody>
${rows}</tbody></table></div></main></body></html>`.text;
}

// ---- ID tokens that must not be believed ----

function forge(how, token, keys, client)
{
	const [head, claims] = token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
	const sign = (header, key = keys.privateKey) => {
		const text = `${base64(header)}.${base64(claims)}`;
		return `${text}.${createSign('sha256').update(text).sign(key, 'base64url')}`;
	};
	const now = Math.floor(Date.now() / 1000);
	const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
	const text = (header) => `${base64(header)}.${base64(claims)}`;
	const ways = {
		nonce: () => { claims.nonce = 'another'; return sign(head); },
		audience: () => { claims.aud = 'somebody-else'; return sign(head); },
		audiences: () => { claims.aud = [client, 'somebody-else']; return sign(head); },
		issuer: () => { claims.iss = 'https://issuer.example'; return sign(head); },
		expired: () => { claims.exp = now - 300; claims.iat = now - 600; return sign(head); },
		future: () => { claims.iat = now + 3600; claims.exp = now + 7200; return sign(head); },
		none: () => `${text({ ...head, alg: 'none' })}.`,
		hs256: () => {
			const header = text({ ...head, alg: 'HS256' });
			const pem = createPublicKey(keys.privateKey).export({ type: 'spki', format: 'pem' });
			return `${header}.${createHmac('sha256', pem).update(header).digest('base64url')}`;
		},
		kid: () => sign({ ...head, kid: 'unknown' }, other),
		signature: () => sign(head, other),
	};
	return ways[how]();
}

// What the answer would have been, changed.
function change(response, how)
{
	const parts = [], end = response.end.bind(response);
	response.write = (part) => parts.push(Buffer.from(part));
	response.end = (part) => {
		if (part)
			parts.push(Buffer.from(part));
		const text = JSON.stringify(how(JSON.parse(Buffer.concat(parts).toString())));
		response.setHeader('content-length', Buffer.byteLength(text));
		return end(text);
	};
}

// ---- OpenID Connect ----

function openid(name, { issuer, secret, redirect, next, answer })
{
	const client = `sbk-${name}`;
	const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const provider = new Provider(issuer, {
		clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect], grant_types: ['authorization_code'],
			response_types: ['code'] }],
		jwks: { keys: [{ ...keys.privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' }] },
		cookies: { keys: [randomBytes(32).toString('hex')], long: { signed: true }, short: { signed: true } },
		features: { devInteractions: { enabled: false } },
		interactions: { url: (_, interaction) => `/oidc/${name}/interaction/${interaction.uid}` },
		findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
		ttl: { AuthorizationCode: 60, Interaction: 600, Session: 1, Grant: 600, IdToken: 600, AccessToken: 600 },
		async loadExistingGrant({ oidc }) {
			const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
			grant.addOIDCScope('openid');
			await grant.save();
			return grant;
		},
	});
	const serve = provider.callback();
	const prefix = `/oidc/${name}`;

	async function interaction(request, response, url)
	{
		const { prompt } = await provider.interactionDetails(request, response);
		const who = url.searchParams.get('who');
		if (url.searchParams.has('no'))
			return provider.interactionFinished(request, response, { error: 'access_denied' });
		if (who && prompt.name === 'login')
			return provider.interactionFinished(request, response, { login: { accountId: subject(name, who), remember: false } });
		return answer(response, 200, 'html', people(name, `${url.pathname}?`, `${url.pathname}?no=1`));
	}

	return async (request, response) => {
		const url = new URL(request.url, issuer);
		if (url.pathname.startsWith(`${prefix}/interaction/`))
			return interaction(request, response, url);
		if (url.pathname === `${prefix}/token`) {
			const how = next.shift();
			if (how === 'down')
				return answer(response, 503, 'text', 'down\n');
			if (how === 'slow')
				return undefined; // whoever asked gives up
			if (how === 'garbage')
				return answer(response, 200, 'json', '{"id_token":');
			if (how)
				change(response, (said) => ({ ...said, id_token: forge(how, said.id_token, keys, client) }));
		}
		request.originalUrl = request.url;
		request.url = request.url.slice(prefix.length) || '/';
		return serve(request, response);
	};
}

// ---- the platforms ----

function platforms({ answer, next, secret })
{
	const codes = new Map(), tokens = new Map();
	const say = (response, object) => answer(response, 200, 'json', JSON.stringify(object));

	// code: what the provider calls it.
	function authorize(name, redirect, state, code)
	{
		return (response, query) => {
			const back = new URL(query.get(redirect));
			if (back.hostname !== '127.0.0.1')
				return answer(response, 400, 'text', `${redirect}\n`);
			back.searchParams.set('state', query.get(state) ?? '');
			if (query.has('no'))
				return answer(response, 303, 'text', '', { Location: back.href });
			if (!query.has('who')) {
				const here = `?${query}&`;
				return answer(response, 200, 'html', people(name, here, `${here}no=1`));
			}
			const one = randomBytes(16).toString('hex');
			codes.set(one, { name, sub: subject(name, query.get('who')) });
			back.searchParams.set(code, one);
			return answer(response, 303, 'text', '', { Location: back.href });
		};
	}

	// Spends a code; undefined when it is none.
	function spend(name, code)
	{
		const found = codes.get(code);
		codes.delete(code);
		return found?.name === name ? found.sub : undefined;
	}

	function misbehaves(response, request)
	{
		const how = next.shift();
		if (how === 'down')
			answer(response, 503, 'text', 'down\n');
		if (how === 'garbage')
			answer(response, 200, 'text', '<html>');
		return how !== undefined;
	}

	async function alipay(response, _, request)
	{
		const form = new URLSearchParams((await body(request)).toString());
		const signature = form.get('sign');
		form.delete('sign');
		const plain = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}=${v}`).join('&');
		const right = createVerify('sha256').update(plain).verify(createPublicKey(secret('alipay')), signature ?? '', 'base64');
		const refuse = (code) => say(response, { error_response: { code: '40002', msg: 'Invalid Arguments', sub_code: code } });
		if (misbehaves(response, request))
			return undefined;
		if (!right || form.get('method') !== 'alipay.system.oauth.token' || form.get('app_id') !== '2021000000000001')
			return refuse('isv.invalid-signature');
		const sub = spend('alipay', form.get('code'));
		return sub ? say(response, { alipay_system_oauth_token_response: { user_id: sub, access_token: randomBytes(16).toString('hex'),
			expires_in: 600 }, sign: 'sandbox' }) : refuse('isv.code-invalid');
	}

	function weixin(response, query, request)
	{
		if (misbehaves(response, request))
			return undefined;
		const sub = query.get('appid') === 'wx0f1e2d3c4b5a6978' && query.get('secret') === secret('weixin') && spend('weixin', query.get('code'));
		return say(response, sub ? { access_token: randomBytes(16).toString('hex'), expires_in: 7200, openid: sub, scope: 'snsapi_login' } :
			{ errcode: 40029, errmsg: 'invalid code' });
	}

	function baiduToken(response, query, request)
	{
		if (misbehaves(response, request))
			return undefined;
		const sub = query.get('client_id') === 'sbk-baidu' && query.get('client_secret') === secret('baidu') && spend('baidu', query.get('code'));
		if (!sub)
			return answer(response, 400, 'json', '{"error":"invalid_grant","error_description":"Invalid authorization code"}');
		const token = randomBytes(16).toString('hex');
		tokens.set(token, sub);
		return say(response, { access_token: token, expires_in: 2592000, scope: 'basic' });
	}

	function baiduUser(response, query)
	{
		const sub = tokens.get(query.get('access_token'));
		return say(response, sub ? { openid: sub, username: 'b***u' } : { error_code: 110, error_msg: 'Access token invalid' });
	}

	return {
		'GET /alipay/oauth2/publicAppAuthorize.htm': authorize('alipay', 'redirect_uri', 'state', 'auth_code'),
		'POST /alipay/gateway.do': alipay,
		'GET /weixin/connect/qrconnect': authorize('weixin', 'redirect_uri', 'state', 'code'),
		'GET /weixin/sns/oauth2/access_token': weixin,
		'GET /baidu/oauth/2.0/authorize': authorize('baidu', 'redirect_uri', 'state', 'code'),
		'GET /baidu/oauth/2.0/token': baiduToken,
		'GET /baidu/rest/2.0/passport/users/getInfo': baiduUser,
	};
}

export function providers({ answer, secrets, sitePort, port })
{
	const next = [];
	const secret = (name) => readFileSync(join(secrets, name), 'utf8').trim();
	const made = new Map();

	// Made when somebody comes: the port is known only then.
	async function oidc(request, response)
	{
		const [, , name] = request.url.split('/');
		if (name !== 'national' && name !== 'ecard')
			return answer(response, 404, 'text', 'no such provider\n');
		if (!made.has(name))
			made.set(name, openid(name, { issuer: `http://127.0.0.1:${port()}/oidc/${name}`, secret: secret(name),
				redirect: `http://127.0.0.1:${sitePort}/login/other/${name}/back`, next, answer }));
		return made.get(name)(request, response);
	}

	return {
		routes: {
			...platforms({ answer, next, secret }),
			'POST /providers/behave': async (response, _, request) => {
				next.splice(0, Infinity, ...(await json(request)).next);
				answer(response, 200, 'json', '{}');
			},
		},
		mounts: { '/oidc/': oidc },
	};
}
