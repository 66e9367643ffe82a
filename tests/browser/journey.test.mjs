/* The whole journey in a real browser: phone and desktop, with scripts and without, by mouse and by keyboard. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { accessible, choosePictures, launch, lookOver, pictures, visitor, login, captcha, phone, desktop } from './browser.mjs';
import { enter, face, scan } from './enter.mjs';
import { details, person } from '../citizen.mjs';
import { path } from '../pictures.mjs';

const next = '保存，下一步';
let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const at = (page, pathname) => page.waitForURL((url) => url.pathname === pathname);

async function arrive(page, pathname, { scripts }) {
	await at(page, pathname);
	if (scripts)
		await accessible(page);
}

/* The ways of logging in, from the login page on. */
const byAccount = (page, who) => login(page, who);

async function byCode(page, who) {
	const hers = await visitor(browser, { viewport: phone });
	await enter.jingtong(hers, who);
	await page.getByRole('link', { name: '扫码登录' }).click();
	await hers.goto(await scan(page));
	await hers.fill('#number', await page.locator('.qr__number b').textContent());
	await hers.getByRole('button', { name: '确认登录', exact: true }).click();
	await hers.getByRole('heading', { name: '已确认' }).waitFor();
	await hers.context().close();
}

async function byProvider(page, who) {
	await page.getByRole('link', { name: '其他渠道登录' }).click();
	await page.getByRole('link', { name: '支付宝', exact: true }).click();
	await page.getByRole('link', { name: who.username, exact: true }).click();
	await page.getByRole('heading', { name: '实名认证' }).waitFor();
	await face(page, who);
}

/* One sheet of paper, in large type two, without what only a screen has use for. */
async function printed(page) {
	const pdf = await page.pdf({ format: 'A4' });
	const read = (name, ...rest) => execFileSync(name, ['-', ...rest], { input: pdf, encoding: 'utf8' });
	const large = await page.locator('body[data-weui-mode=care]').count();
	assert.match(read('pdfinfo'), large ? /^Pages: +[12]$/m : /^Pages: +1$/m);
	const said = read('pdftotext', '-');
	assert.match(said, /BJ\d{6}[0-9A-Z]{9}/);
	assert.match(said, /已提交/);
	assert.doesNotMatch(said, /退出登录|显示|大字|打印回执|打开回执|撤回申请|跳到正文/);
}

/* From the home page to the receipt. */
async function walk(page, who, { scripts, by = byAccount }) {
	const there = (pathname) => arrive(page, pathname, { scripts });
	await page.goto('/');
	await there('/');
	await page.getByRole('link', { name: /我要办社保卡/ }).click();
	await there('/login');
	await by(page, who);
	await there('/web/');
	await page.getByRole('link', { name: /本人申请社会保障卡/ }).click();
	await there('/apply/disclaimer');
	await page.check('#disclaimer');
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await there('/apply/photos');
	await choosePictures(page, who, ['portrait', 'id_front', 'id_back']);
	await page.check('#photos');
	await page.getByRole('button', { name: next }).click();
	await lookOver(page, next);
	await there('/apply/details');
	await page.getByRole('button', { name: next }).click();
	await page.waitForSelector('#faults');
	if (scripts) {
		await accessible(page);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'faults');
	}
	await page.selectOption('#occupation', details.occupation);
	await page.selectOption('#district', details.district);
	await page.fill('#address', details.address);
	await page.selectOption('#bank', details.bank);
	if (!scripts) {
		await page.getByRole('button', { name: '查看网点' }).click();
		assert.equal(await page.inputValue('#address'), details.address);
	}
	await page.waitForSelector(`#branch option[value="${details.branch}"]`, { state: 'attached' });
	await page.selectOption('#branch', details.branch);
	await page.getByRole('button', { name: next }).click();
	await there('/apply/delivery');
	await page.getByText('银行网点邮寄', { exact: true }).click();
	if (scripts)
		await accessible(page);
	await page.fill('#mail_name', who.name);
	await page.fill('#mail_phone', '13800000000');
	await page.selectOption('#mail_district', details.district);
	await page.fill('#mail_address', details.address);
	await page.fill('#mail_postcode', '100020');
	await page.getByRole('button', { name: next }).click();
	await there('/apply/review');
	await page.check('#commitment');
	await page.check('#bank_transfer');
	await page.getByRole('button', { name: '提交', exact: true }).click();
	await page.getByText('是否确认提交个人申领').first().waitFor();
	if (scripts)
		await accessible(page);
	await page.locator('.weui-btn[value=confirm]:visible').click();
	await there('/apply/done');
	assert.match(await page.textContent('h1'), /您已完成个人申领业务办理，请在个人中心我的办事中查看办事进度/);
	await page.goto('/my');
	await there('/my');
	assert.match(await page.textContent('main'), /已提交/);
	await printed(page);
	await page.goto('/nothing');
	if (scripts)
		await accessible(page);
	assert.deepEqual(page.complaints, []);
	await page.context().close();
}

test('on a phone, 390 px wide', async () => {
	await walk(await visitor(browser, { viewport: phone }), person('ok', 0), { scripts: true });
});

test('on a desktop, 1280 px wide, logged in by a phone', async () => {
	await walk(await visitor(browser, { viewport: desktop }), person('ok', 1), { scripts: true, by: byCode });
});

test('on a phone without scripts', async () => {
	await walk(await visitor(browser, { viewport: phone, javaScript: false }), person('ok', 2), { scripts: false });
});

test('in large type, dark, with high contrast, logged in elsewhere', async () => {
	const page = await visitor(browser, { viewport: phone });
	await page.context().addCookies([{ name: 'view', value: 'care.dark.high.zh-CN', url: `http://127.0.0.1:${process.env.PORT}` }]);
	await walk(page, person('ok', 3), { scripts: true, by: byProvider });
});

/* Tab, arrows, space and Enter; nothing else. */
async function focus(page, selector) {
	for (let n = 0; n < 80; n++) {
		if (await page.evaluate((s) => document.activeElement.matches(s), selector))
			return;
		await page.keyboard.press('Tab');
	}
	throw new Error(`${selector} is not reached by Tab on ${page.url()}`);
}

async function press(page, selector, key = 'Enter') {
	await focus(page, selector);
	await page.keyboard.press(key);
}

async function type(page, selector, text) {
	await focus(page, selector);
	await page.keyboard.press('Control+A');
	await page.keyboard.type(text);
}

/* From the first one down until the option is there. */
async function choose(page, selector, label) {
	await focus(page, selector);
	await page.keyboard.press('Home');
	const chosen = () => page.evaluate((s) => document.querySelector(s).selectedOptions[0].textContent, selector);
	for (let n = 0; n < 300 && !(await chosen()).startsWith(label); n++)
		await page.keyboard.press('ArrowDown');
	assert.ok((await chosen()).startsWith(label), `${label} in ${selector}`);
}

/* Space opens the chooser of files; on a busy machine the browser may miss one. */
async function opened(page, selector) {
	for (let n = 0; n < 4; n++) {
		await focus(page, selector);
		const chooser = page.waitForEvent('filechooser', { timeout: 5000 }).catch(() => null);
		await page.keyboard.press('Space');
		if (await chooser)
			return chooser;
	}
	throw new Error(`${selector} does not open by Space`);
}

test('by keyboard alone', async () => {
	const page = await visitor(browser, { viewport: desktop });
	const who = person('ok', 4);
	await page.goto('/');
	await press(page, 'a.tile');
	await at(page, '/login');
	await type(page, '#account', who.username);
	await type(page, '#password', who.password);
	await type(page, '#captcha', await captcha(page));
	await page.keyboard.press('Enter');
	await at(page, '/web/');
	await press(page, 'a[href="/apply/disclaimer"]');
	await at(page, '/apply/disclaimer');
	await press(page, '#disclaimer', 'Space');
	await press(page, 'dialog button[value=next]');
	await at(page, '/apply/photos');
	for (const [id, file] of Object.entries(await pictures(who)))
		await (await opened(page, `#${id}`)).setFiles(file);
	await press(page, '#photos', 'Space');
	await press(page, '.go button[value=next]');
	await page.getByText('照片已收到并检查过').waitFor();
	await press(page, '.go button[value=next]');
	await at(page, '/apply/details');
	await choose(page, '#occupation', '职员');
	await choose(page, '#district', '朝阳区');
	await type(page, '#address', details.address);
	await choose(page, '#bank', '北京银行');
	await page.waitForSelector('#branch option:nth-child(1) ~ *, #branch optgroup', { state: 'attached' });
	await focus(page, '#branch');
	await page.keyboard.press('ArrowDown');
	await press(page, '.go button[value=next]');
	await at(page, '/apply/delivery');
	await press(page, 'input[name=delivery]', 'Space');
	await press(page, '.go button[value=next]');
	await at(page, '/apply/review');
	await press(page, '#commitment', 'Space');
	await press(page, '#bank_transfer', 'Space');
	await press(page, '.go button[value=submit]');
	await press(page, 'dialog[open] button[value=confirm]');
	await at(page, '/apply/done');
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test('two minutes before the session ends the page warns, and one tap goes on', async () => {
	const page = await visitor(browser, { viewport: phone });
	await page.clock.install();
	await page.goto('/login');
	await login(page, person('ok', 5));
	await at(page, '/web/');
	await page.clock.fastForward(29 * 60 * 1000);
	await page.getByRole('button', { name: '继续填写' }).click();
	await page.getByRole('button', { name: '继续填写' }).waitFor({ state: 'hidden' });
	await page.clock.fastForward(31 * 60 * 1000);
	await page.getByText('已自动退出').waitFor();
	await page.context().close();
});

test('a picture is seen before it is sent, and one that is too small is told at once', async () => {
	const page = await visitor(browser, { viewport: phone });
	await page.goto('/login?next=/apply/photos');
	await login(page, person('ok', 6));
	await at(page, '/apply/disclaimer');
	await page.check('#disclaimer');
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await at(page, '/apply/photos');
	await page.setInputFiles('#portrait', { name: 'small.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(1000) });
	await page.getByText('照片文件小于 20 KB').waitFor();
	await page.setInputFiles('#portrait', path('portrait.jpg'));
	await page.waitForFunction(() => document.querySelector('.photo--portrait img')?.naturalWidth > 0);
	assert.equal(await page.getByText('照片文件小于 20 KB').isVisible(), false);
	await page.context().close();
});
