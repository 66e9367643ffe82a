// The page that a newcomer sees: who can log in, what was sent, what the banks did.
import { readFileSync } from 'node:fs';

import { html } from './html.mjs';

const file = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const citizens = file('../citizens.json');
const kinds = new Map(file('../kinds.json').map((row) => [row.kind, row]));

// One of each kind, the first.
const firsts = citizens.filter((c, i) => citizens.findIndex(({ kind }) => kind === c.kind) === i);

const both = (zh, en) => html`${zh} <span lang="en">${en}</span>`;

function time(at)
{
	if (typeof at !== 'number')
		return at;
	const beijing = new Date((at + 8 * 3600) * 1000).toISOString();
	return `${beijing.slice(0, 10)} ${beijing.slice(11, 19)}`;
}

function table(name, heads, rows, none)
{
	if (rows.length === 0)
		return html`<div class="sheet"><p class="none">${none}</p></div>`;
	return html`<div class="sheet" role="region" tabindex="0" aria-label="${name}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}

const pictures = [['portrait', '制卡照片', 'portrait'], ['id_front', '证件正面', 'front'], ['id_back', '证件背面', 'back']];

function people(name, some)
{
	return table(name, [both('用户名', 'username'), both('密码', 'password'), both('姓名', 'name'),
		both('种类', 'kind'), both('会怎样', 'what to expect'), both('手机号', 'phone'), both('证件号码', 'ID number'),
		both('照片', 'pictures')],
	some.map((c) => html`<tr><td><code>${c.username}</code></td><td><code>${c.password}</code></td><td>${c.name}</td>
<td><code>${c.kind}</code></td><td class="${c.kind === 'ok' && 'is-ok'}">${both(kinds.get(c.kind).zh, kinds.get(c.kind).en)}</td>
<td><code>${c.phone}</code></td><td><code>${c.id_number}</code></td>
<td>${pictures.map(([kind, zh, en]) => html`<a href="/picture?who=${c.username}&kind=${kind}" download="${c.username}-${kind}.jpg">${both(zh, en)}</a> `)}</td></tr>
`));
}

function messages(outbox)
{
	return table('消息 Messages', [both('时间', 'time'), both('收件人', 'to'), both('种类', 'kind'), both('内容', 'text'), both('验证码', 'code')],
		outbox.map((m) => html`<tr><td>${time(m.at)}</td><td><code>${m.to}</code></td><td>${m.kind}</td><td>${m.text}</td><td><code>${m.code}</code></td></tr>
`), both('还没有消息。', 'No messages yet.'));
}

function codes(drawn)
{
	return table('二维码 QR codes', [both('时间', 'time'), both('地址', 'address')],
		drawn.map((m) => html`<tr><td>${time(m.at)}</td><td><a href="${m.code}"><code>${m.code}</code></a></td></tr>
`), both('还没有二维码。', 'No codes yet.'));
}

function desk(banks)
{
	const counts = (applications) => Object.entries(applications).map(([status, n]) => html`<div><code>${status}</code> ${n}</div>`);
	return table('银行 Banks', [both('银行', 'bank'), both('待收文件', 'waiting'), both('已收文件', 'received'), both('已回文件', 'answered'),
		both('申请', 'applications'), both('最近', 'latest')],
	banks.map((bank) => html`<tr><td>${bank.code} ${both(bank.name_zh, bank.name_en)}</td><td>${bank.waiting}</td><td>${bank.received}</td>
<td>${bank.answered}</td><td>${counts(bank.applications)}</td><td>${bank.latest && html`<code>${bank.latest.msgId}</code> ${bank.latest.status} ${bank.latest.reason}`}</td></tr>
`));
}

// site: the address of the site itself, if it is known.
export function page({ site, outbox, banks })
{
	return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>沙箱 Sandbox</title>
<link rel="stylesheet" href="/page.css">
</head>
<body>
<main>
<h1>${both('沙箱', 'Sandbox')}</h1>
<p>这里代替外部世界：短信网关、微信、人脸核验机构、五个登录渠道和十五家银行。以下的人、证件号码、手机号和网点都是虚构的。<br>
<span lang="en">This stands in for the outside world: the SMS gateway, WeChat, the authority that compares faces, five identity providers and the fifteen banks. The people, ID numbers, telephones and branches below are invented.</span></p>
<nav>${site && html`<a href="${site}">${both('打开申领网站', 'open the site')}</a>`}<a href="#people">${both('示例人员', 'people')}</a><a href="#phone">${both('手机', 'phone')}</a><a href="#messages">${both('消息', 'messages')}</a><a href="#banks">${both('银行', 'banks')}</a></nav>

<h2 id="people">${both('示例人员', 'Sample citizens')}</h2>
<p>用用户名、手机号或证件号码加密码登录；图形验证码的答案也在下面的“消息”里。 <span lang="en">Log in with username, phone or ID number and the password; the captcha's answer is among the messages below.</span><br>
要看“登记系统关闭”，请在实例配置中设 <code>Registry.Closed = 1</code> 再重新启动。 <span lang="en">To see the registry closed, set Registry.Closed = 1 in the instance's configuration and start again.</span></p>
${people('示例人员 Sample citizens', firsts)}
<details><summary>${both(`其余 ${citizens.length - firsts.length} 人`, 'the others')}</summary>
${people('其余人员 The others', citizens.filter((c) => !firsts.includes(c)))}
</details>

<h2 id="phone">${both('手机', 'The phone that scans')}</h2>
<p>登录页的“扫码登录”显示二维码；这里列出它们的地址。扫码就是在手机上打开地址：请在另一个浏览器或隐私窗口里登录京通频道，再打开它，输入电脑上的两位数字。“用手机拍照”的地址不用登录。
<span lang="en">These are the addresses that the QR codes of the login page say. To scan one is to open it on the phone: open it in another browser or a private window, log in there on the channel 京通, and type the two digits of the computer's screen. Those for taking pictures need no login.</span></p>
${codes(outbox.filter((m) => m.kind === 'qr' || m.kind === 'handoff').slice(0, 5))}

<h2 id="messages">${both('消息', 'Messages sent')}</h2>
<p>最新的在前；也可取 JSON： <a href="/outbox">/outbox</a>，<code>/outbox?to=…</code> <span lang="en">Newest first; as JSON under the same addresses.</span></p>
${messages(outbox)}

<h2 id="banks">${both('银行', 'The banks\' desk')}</h2>
<p>银行一夜：收文件、回执、每份申请往前走。 <span lang="en">A bank night: files are received and answered, every application moves on. The bureau's export before and import after it are run by <code>make exchange</code>.</span></p>
<form method="post" action="/night"><button>${both('过一夜', 'run a bank night')}</button></form>
<form method="post" action="/receive"><button>${both('只收文件和回执', 'receive only')}</button></form>
${desk(banks)}
</main>
</body>
</html>
`.text;
}
