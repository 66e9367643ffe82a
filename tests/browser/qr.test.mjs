/* A desktop that shows a code and a phone that scans it, with scripts and without. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, launch, visitor, phone, desktop } from './browser.mjs';
import { enter, scan } from './enter.mjs';
import { person } from '../citizen.mjs';

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

async function onPhone(who) {
	const page = await visitor(browser, { viewport: phone });
	await enter.jingtong(page, who);
	return page;
}

const number = (screen) => screen.locator('.qr__number b').textContent();
const status = (screen, words) => screen.locator('[role=status]', { hasText: words }).waitFor();

async function journey(who, { scripts, colorScheme }) {
	const screen = await visitor(browser, { viewport: desktop, javaScript: scripts, colorScheme });
	const hers = await onPhone(who);
	const check = async (page) => (page === hers || scripts) && accessible(page);
	await screen.goto('/login/qr?next=/my');
	await status(screen, '等待扫码');
	await check(screen);
	await hers.goto(await scan(screen));
	await check(hers);
	await status(screen, '已扫描');
	await check(screen);
	await hers.fill('#number', await number(screen));
	await hers.getByRole('button', { name: '确认登录', exact: true }).click();
	await hers.getByRole('heading', { name: '已确认' }).waitFor();
	await check(hers);
	if (!scripts)
		await screen.getByRole('button', { name: '进入' }).click();
	await screen.waitForURL((url) => url.pathname === '/my');
	assert.deepEqual([...screen.complaints, ...hers.complaints], []);
	await Promise.all([screen, hers].map((page) => page.context().close()));
}

test('a phone logs a desktop in', () => journey(person('ok', 20), { scripts: true }));

test('a phone logs a desktop in whose pages have no scripts', () => journey(person('ok', 21), { scripts: false }));

test('a dark page\'s code is read as well', () => journey(person('ok', 20), { scripts: true, colorScheme: 'dark' }));

test('what the phone cancels is told, and one tap makes a new code', async () => {
	const screen = await visitor(browser, { viewport: desktop }), hers = await onPhone(person('ok', 21));
	await screen.goto('/login/qr');
	const old = await scan(screen);
	await hers.goto(old);
	await hers.getByRole('button', { name: '取消', exact: true }).click();
	await hers.getByRole('heading', { name: '已取消' }).waitFor();
	await status(screen, '已取消');
	await accessible(screen);
	await screen.getByRole('link', { name: '刷新二维码' }).click();
	await status(screen, '等待扫码');
	assert.notEqual(await scan(screen), old);
	await screen.goto(`/login/qr/${'A'.repeat(104)}`);
	await status(screen, '已失效');
	await accessible(screen);
	await Promise.all([screen, hers].map((page) => page.context().close()));
});

test('on a phone the page says that scanning needs a second device', async () => {
	const page = await visitor(browser, { viewport: phone });
	await page.goto('/login/qr');
	await page.getByText('扫码要另用一台设备').waitFor();
	await accessible(page);
	await page.context().close();
});
