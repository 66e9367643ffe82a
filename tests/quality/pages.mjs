/*
 * pages.mjs - every page and state of the site, a row each.  What is judged, drawn or measured goes through this list.
 *
 * name    of files and tests; unique
 * area    whose pages: site, login, web, jingtong, yikatong, my, handoff, errors
 * at      the path, or a function (citizen) that makes one
 * who     of people.mjs; none: a stranger
 * then    (page, citizen): what is done there before it is looked at
 * status  of the answer, 200 unless said
 * scripts false: as it is without them
 * is      "step": one of those that are measured; "public": one that search engines may know
 */
import { captcha } from '../browser/browser.mjs';
import { Citizen, nobody, sandbox, tick } from '../citizen.mjs';
import { walks } from '../walks.mjs';
import { crowd, down } from './edge.mjs';
import { somebody } from './people.mjs';

/* Does it, and waits for the page that comes of it: another one, or this one with another <main> (htdocs/form.js). */
async function leads(page, act) {
	await page.locator('main').evaluate((main) => { main.dataset.old = '1'; });
	await act();
	await page.locator('main:not([data-old])').waitFor();
	await page.waitForLoadState('load');
}

/* By the values of buttons: words differ by channel and language. */
const press = (intent, name = 'intent') => (page) =>
	leads(page, () => page.locator(`button[name=${name}][value="${intent}"]:not([aria-hidden]):visible`).first().click());

/* Where there is only one. */
const button = (page) => leads(page, () => page.locator('main form button:visible').click());

const open = (n) => (page) => page.locator('.menu summary').nth(n).click();

const inOrder = (...acts) => async (page, c) => {
	for (const act of acts)
		await act(page, c);
};

/* What is wrong where leaving everything empty is not. */
const wrong = {
	delivery: async (page) => {
		await page.locator('input[name=delivery][value=mail]').check();
		await page.fill('#mail_name', '');
	},
	profile: (page) => page.check('#wrong_name'),
	review: async (page) => {
		await page.uncheck('#commitment');
		await page.uncheck('#bank_transfer');
	},
};

/* What a hidden input says, made to be wrong. */
const spoil = (name, value) => (page) => page.locator(`input[name=${name}]`).first().evaluate((input, said) => { input.value = said; }, value);

/* Guesses until no more are taken. */
async function guess(page, c) {
	for (let n = 0; n < 8 && page.answer.status() !== 429; n++) {
		await page.fill('#account', c.who.username);
		await page.fill('#password', `geraten ${n}`);
		await page.fill('#captcha', await captcha(page));
		await press('login')(page);
	}
}

/* A code to a telephone that has had none. */
const asks = (field) => async (page) => {
	await page.fill(field, nobody());
	await press('code')(page);
};

/* The session's last minute, and the one after it. */
const late = (seconds) => async (page) => {
	await page.clock.install();
	await page.reload();
	await page.clock.fastForward((Number(await page.locator('#session').getAttribute('data-ends')) + seconds) * 1000);
	await page.locator('#session[open]').waitFor();
};

/* What the mini program's native button gives for a number. */
async function wechat(c) {
	const back = `${c.connect()}/login/yikatong/wechat`;
	const answer = await fetch(`${sandbox()}/wechat/press?${new URLSearchParams({ phone: nobody(), back })}`, { redirect: 'manual' });
	return new URL(answer.headers.get('location')).pathname + new URL(answer.headers.get('location')).search;
}

/* A browser's code, and where a phone finds it. */
async function drawn() {
	const screen = new Citizen({});
	const { to } = await screen.request('/login/qr', { headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/130.0.0.0' } });
	await screen.get(to);
	return { screen, number: screen.page.match(/<b class="number">(\d\d)</)[1], path: `/jingtong/scan/${to.split('/').pop().split('?')[0]}` };
}

const scanned = async () => (await drawn()).path;

async function confirmed(c) {
	const { path, number } = await drawn();
	await c.get(path);
	return (await c.post({ intent: 'confirm', number })).to;
}

async function cancelled(c) {
	const { path } = await drawn();
	await c.get(path);
	return (await c.post({ intent: 'cancel' })).to;
}

/* To pictures by a phone. */
async function agreed(c) {
	await c.get('/apply/photos');
	await c.post({ keep: 'phone', photos: tick(c.page, 'photos') }, { files: {} });
	return '/handoff?step=photos';
}

/* The screen's code for her phone. */
async function made(c) {
	await agreed(c);
	await c.get('/handoff?step=photos');
	await c.post({ intent: 'make', step: 'photos' });
	return `/handoff/${c.cookies.get('handoff')}`;
}

async function claimed(phone, path) {
	await phone.get(path);
	await phone.post({}, { path });
}

/* The same, where the phone has nothing to do with the screen's browser. */
const forPhone = async () => made(await somebody('handing over'));

/* The steps of a channel: empty, with faults, filled in. */
function wizard(channel) {
	const names = walks[channel].map(([step]) => step);
	const to = (step) => ({ area: channel, at: `/apply/${step}`, who: `${channel} ${step}` });
	return [
		...names.flatMap((step) => [
			{ name: `${channel}-${step}`, ...to(step), is: 'step' },
			{ name: `${channel}-${step}-faults`, ...to(step), then: inOrder(wrong[step] ?? (() => {}), press('next')), status: 422 },
			{ name: `${channel}-${step}-filled`, ...to(step), who: `${channel} review` },
		]),
		{ name: `${channel}-review`, ...to('review'), is: 'step' },
		{ name: `${channel}-review-faults`, ...to('review'), then: inOrder(wrong.review, press('submit')), status: 422 },
		{ name: `${channel}-done`, ...to('done'), is: 'step' },
	];
}

const site = [
	{ name: 'portal', at: '/', is: 'public' },
	{ name: 'display', at: '/', then: open(0) },
	{ name: 'person', at: '/web/', who: 'web disclaimer', then: open(0) },
	{ name: 'web-hall', at: '/web/', who: 'web disclaimer', is: 'step' },
	{ name: 'web-hall-begun', at: '/web/', who: 'web details' },
	{ name: 'web-hall-under-way', at: '/web/', who: 'web done' },
	{ name: 'jingtong-entry', at: '/jingtong/', is: 'public' },
	{ name: 'jingtong-hall', at: '/jingtong/card', who: 'jingtong disclaimer', is: 'step' },
	{ name: 'jingtong-hall-begun', at: '/jingtong/card', who: 'jingtong details' },
	{ name: 'yikatong-entry', at: '/yikatong/', is: 'public' },
	{ name: 'yikatong-hall', at: '/yikatong/', who: 'yikatong disclaimer' },
	{ name: 'yikatong-hall-under-way', at: '/yikatong/', who: 'yikatong done' },
	{ name: 'session-ends', at: '/apply/details', who: 'web details', then: late(-60) },
	{ name: 'session-ended', at: '/apply/details', who: 'web details', then: late(1) },
];

const login = [
	{ name: 'account', at: '/login', is: 'public' },
	{ name: 'account-faults', at: '/login', then: press('login'), status: 422 },
	{ name: 'account-locked', at: '/login', who: 'name_differs', then: guess, status: 429 },
	{ name: 'account-asked', at: '/apply/details', is: 'public' },
	{ name: 'register', at: '/login/register', is: 'public' },
	{ name: 'register-faults', at: '/login/register', then: press('register'), status: 422 },
	{ name: 'register-code', at: '/login/register', then: asks('#phone') },
	{ name: 'reset', at: '/login/reset', is: 'public' },
	{ name: 'reset-faults', at: '/login/reset', then: press('reset'), status: 422 },
	{ name: 'qr', at: '/login/qr', is: 'public' },
	{ name: 'qr-expired', at: `/login/qr/${'A'.repeat(104)}` },
	{ name: 'other', at: '/login/other', is: 'public' },
	{ name: 'face', at: '/login/jingtong/face', is: 'public' },
	{ name: 'face-faults', at: '/login/jingtong/face', then: press('face'), status: 422 },
	{ name: 'face-code', at: '/login/jingtong/face/sms', is: 'public' },
	{ name: 'wechat', at: '/login/yikatong/wechat', is: 'public' },
	{ name: 'wechat-ready', at: wechat },
	{ name: 'sms', at: '/login/yikatong/sms', is: 'public' },
	{ name: 'sms-faults', at: '/login/yikatong/sms', then: press('login'), status: 422 },
	{ name: 'sms-code', at: '/login/yikatong/sms', then: asks('#phone') },
	{ name: 'realname', at: '/realname', who: 'unproven', is: 'step' },
	{ name: 'realname-code', at: '/realname/sms', who: 'unproven' },
	{ name: 'scan', at: scanned, who: 'jingtong disclaimer' },
	{ name: 'scan-faults', at: scanned, who: 'jingtong disclaimer', then: press('confirm'), status: 422 },
	{ name: 'scan-confirmed', at: confirmed, who: 'jingtong disclaimer' },
	{ name: 'scan-cancelled', at: cancelled, who: 'jingtong disclaimer' },
	{ name: 'scan-expired', at: `/jingtong/scan/${'A'.repeat(104)}`, who: 'jingtong disclaimer', status: 410 },
];

const peculiar = [
	{ name: 'web-refused', area: 'web', at: '/apply/disclaimer', who: 'not_found', then: inOrder((page) => page.check('#disclaimer'), press('next')), status: 422 },
	{ name: 'web-refused-holder', area: 'web', at: '/apply/disclaimer', who: 'already_holds', then: inOrder((page) => page.check('#disclaimer'), press('next')), status: 422 },
	{ name: 'web-refused-minor', area: 'web', at: '/apply/disclaimer', who: 'minor', then: inOrder((page) => page.check('#disclaimer'), press('next')), status: 422 },
	{ name: 'web-details-stale', area: 'web', at: '/apply/details', who: 'web delivery', then: inOrder(spoil('version', '1'), press('next')), status: 409 },
	{ name: 'web-review-asks', area: 'web', at: '/apply/review', who: 'web review', then: async (page) => {
		await page.check('#commitment');
		await page.check('#bank_transfer');
		await page.locator('.go button[value=submit]').click();
		await page.locator('#confirm[open]').waitFor();
	} },
	{ name: 'web-review-asks-plainly', area: 'web', at: '/apply/review', who: 'web review', scripts: false,
		then: inOrder((page) => page.check('#commitment'), (page) => page.check('#bank_transfer'), press('submit')) },
	{ name: 'yikatong-identity-sent-filled', area: 'yikatong', at: '/apply/identity?notice=pictures', who: 'yikatong review' },
	{ name: 'jingtong-refused', area: 'jingtong', at: '/apply/eligibility', who: 'id_expired', then: inOrder((page) => page.check('#registry'), press('next')), status: 422 },
];

const my = [
	{ name: 'my-none', at: '/my', who: 'web disclaimer' },
	{ name: 'my-submitted', at: '/my', who: 'web done', is: 'step' },
	{ name: 'my-sent', at: '/my', who: 'sent' },
	{ name: 'my-in-production', at: '/my', who: 'in production' },
	{ name: 'my-rejected', at: '/my', who: 'rejected' },
	{ name: 'my-rejected-for-good', at: '/my', who: 'rejected for good' },
	{ name: 'my-at-the-branch', at: '/my', who: 'at the branch' },
	{ name: 'my-mailed', at: '/my', who: 'mailed' },
	{ name: 'my-delivered', at: '/my', who: 'delivered' },
	{ name: 'my-withdrawn', at: '/my', who: 'withdrawn' },
	{ name: 'withdraw', at: (c) => `/my/withdraw/${c.no}`, who: 'web done', is: 'step' },
	{ name: 'correct', at: (c) => `/my/correct/${c.no}`, who: 'rejected', is: 'step' },
	{ name: 'correct-faults', at: (c) => `/my/correct/${c.no}`, who: 'rejected', then: press('next'), status: 422 },
	{ name: 'sessions', at: '/my/sessions', who: 'web done', is: 'step' },
	{ name: 'password', at: '/my/password', who: 'web done', is: 'step' },
	{ name: 'password-faults', at: '/my/password', who: 'web done', then: button, status: 422 },
];

const handoff = [
	{ name: 'handoff', at: agreed, who: 'handing over', is: 'step' },
	{ name: 'handoff-waiting', at: async (c) => { await made(c); return '/handoff'; }, who: 'handing over' },
	{ name: 'handoff-claimed', at: async (c) => { await claimed(new Citizen({}), await made(c)); return '/handoff'; }, who: 'handing over' },
	{ name: 'shoot', at: forPhone },
	{ name: 'shoot-claimed', at: forPhone, then: button },
	{ name: 'shoot-other', at: async () => { const path = await forPhone(); await claimed(new Citizen({}), path); return path; }, status: 409 },
	{ name: 'shoot-expired', at: `/handoff/${'A'.repeat(43)}`, status: 404 },
];

const errors = [
	{ name: 'error-403', at: '/login', then: inOrder(spoil('csrf', 'x'.repeat(64)), press('login')), status: 403 },
	{ name: 'error-404', at: '/my/withdraw/BJ0', who: 'web done', status: 404 },
	{ name: 'error-404-edge', at: '/nothing', status: 404 },
	{ name: 'error-413', at: '/login', then: inOrder((page) => page.locator('#account').evaluate((input) => {
		input.removeAttribute('maxlength');
		input.value = 'x'.repeat(70000);
	}), press('login')), status: 413 },
	{ name: 'error-429-edge', at: down, then: crowd, status: 429 },
	{ name: 'error-502-edge', at: down, status: 502 },
];

const inArea = (area, rows) => rows.map((row) => ({ area, ...row }));

export const pages = [
	...inArea('site', site), ...inArea('login', login), ...wizard('web'), ...wizard('jingtong'), ...wizard('yikatong'), ...peculiar,
	...inArea('my', my), ...inArea('handoff', handoff), ...inArea('errors', errors),
];
