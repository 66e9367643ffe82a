// WeChat: the mini program's native button, and the two APIs behind it. Codes are good once, for five minutes.
//   GET  /wechat/native?back=URL          whose telephone it is; the choice leads back to URL with a code
//   GET  /wechat/press?phone=…&back=URL   the choice
//   POST /wechat/cgi-bin/stable_token     {grant_type, appid, secret, force_refresh} → {access_token, expires_in}
//   POST /wechat/wxa/business/getuserphonenumber?access_token=…   {code} → {errcode, errmsg, phone_info}
//   POST /wechat/behave                   {next: [busy | often | day | expired | used | token | appid | abroad | garbage, …],
//                                          slow: milliseconds of a token, life: seconds of a token}
//   GET  /wechat/counts                   {tokens, exchanges}
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { json } from './http.mjs';
import { html } from './page/html.mjs';

const citizens = JSON.parse(readFileSync(new URL('citizens.json', import.meta.url), 'utf8'));
const appid = 'wx5a6d0b7c1f2e3948';
const secret = 'sandbox-wechat-secret';
const errors = {
	busy: [-1, 'system error'],
	often: [45011, 'api minute-quota reach limit, must slower, retry next minute'],
	day: [45009, 'reach max api daily quota limit'],
	expired: [40029, 'invalid code'],
	used: [40163, 'code been used'],
	token: [42001, 'access_token expired'],
};

export function wechat({ answer })
{
	const codes = new Map(); // code → { phone, at, used }
	const counts = { tokens: 0, exchanges: 0 };
	let token = { text: '', ends: 0 };
	let behave = { next: [], slow: 0, life: 7200 };

	const say = (response, object) => answer(response, 200, 'json', JSON.stringify(object));
	const fail = (response, name) => say(response, { errcode: errors[name][0], errmsg: errors[name][1] });
	const ours = (back) => /^http:\/\/127\.0\.0\.1:\d+\//.test(back ?? '');

	function native(response, query)
	{
		const back = query.get('back');
		if (!ours(back))
			return answer(response, 400, 'text', 'back: a page of the site\n');
		const rows = citizens.filter((c, i) => i < 12 || c.kind === 'no_account').slice(0, 16).map((c) => html`<tr><td>${c.name}</td>
<td><a href="/wechat/press?${new URLSearchParams({ phone: c.phone, back })}">${c.phone}</a></td><td><code>${c.kind}</code></td></tr>
`);
		return answer(response, 200, 'html', html`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>微信 WeChat</title><link rel="stylesheet" href="/page.css"></head>
<body><main><h1>微信：允许获取手机号？ <span lang="en">WeChat: allow the telephone number?</span></h1>
<div class="sheet"><table><tbody>
${rows}</tbody></table></div></main></body></html>`.text);
	}

	function press(response, query)
	{
		const back = query.get('back');
		if (!ours(back) || !/^\d{11}$/.test(query.get('phone') ?? ''))
			return answer(response, 400, 'text', 'phone, back\n');
		const code = randomBytes(32).toString('hex');
		codes.set(code, { phone: query.get('phone'), at: Date.now(), used: false });
		const url = new URL(back);
		url.searchParams.set('code', code);
		return answer(response, 303, 'text', '', { Location: url.href });
	}

	async function stable(response, query, request)
	{
		const asked = await json(request);
		if (asked.appid !== appid || asked.secret !== secret || asked.grant_type !== 'client_credential')
			return say(response, { errcode: 40125, errmsg: 'invalid appsecret' });
		counts.tokens++;
		await new Promise((resolve) => { setTimeout(resolve, behave.slow); });
		if (token.ends <= Date.now())
			token = { text: randomBytes(48).toString('base64url'), ends: Date.now() + behave.life * 1000 };
		return say(response, { access_token: token.text, expires_in: Math.ceil((token.ends - Date.now()) / 1000) });
	}

	async function exchange(response, query, request)
	{
		const { code } = await json(request);
		const known = codes.get(code);
		const next = behave.next.shift();
		counts.exchanges++;
		if (next === 'token')
			token.ends = 0;
		if (next in errors)
			return fail(response, next);
		if (next === 'garbage')
			return answer(response, 200, 'json', '{"errcode":');
		if (query.get('access_token') !== token.text || token.ends <= Date.now())
			return fail(response, 'token');
		if (!known || Date.now() - known.at > 300000)
			return fail(response, 'expired');
		if (known.used)
			return fail(response, 'used');
		known.used = true;
		const country = next === 'abroad' ? '852' : '86';
		return say(response, { errcode: 0, errmsg: 'ok', phone_info: { phoneNumber: `+${country}${known.phone}`,
			purePhoneNumber: known.phone, countryCode: country,
			watermark: { timestamp: Math.floor(Date.now() / 1000), appid: next === 'appid' ? 'wx0000000000000000' : appid } } });
	}

	async function behaves(response, query, request)
	{
		behave = { next: [], slow: 0, life: 7200, ...await json(request) };
		say(response, behave);
	}

	return { routes: {
		'GET /wechat/native': native,
		'GET /wechat/press': press,
		'POST /wechat/cgi-bin/stable_token': stable,
		'POST /wechat/wxa/business/getuserphonenumber': exchange,
		'POST /wechat/behave': behaves,
		'GET /wechat/counts': (response) => say(response, counts),
	} };
}
