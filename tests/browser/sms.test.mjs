/* Codes by text message: logged in by keyboard alone, without scripts, and an account from registration on. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, launch, visitor, phone, desktop } from './browser.mjs';
import { code, mark as markOf, nobody, person } from '../citizen.mjs';

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const mark = async (page) => markOf(await page.locator('#code-hint').textContent());

test('by keyboard alone: the number, a code, the login', async () => {
	const who = person('hmt_permit', 1), page = await visitor(browser, { viewport: desktop });
	await page.goto('/login/yikatong/sms?next=/my');
	await accessible(page);
	await page.locator('#phone').focus();
	await page.keyboard.type(who.phone);
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.locator('#code-hint[role=status]').waitFor();
	await accessible(page);
	/* How long it is until another is said once, and right at each second. */
	assert.equal(await page.getByRole('button', { name: /获取验证码/ }).textContent(), '获取验证码');
	const left = async () => Number((await page.textContent('[data-waiting]')).match(/^(\d+) 秒后可以再试$/)[1]);
	const first = await left();
	await page.waitForTimeout(2000);
	assert.ok(first <= 60 && await left() < first);
	assert.equal(await page.evaluate(() => document.activeElement.id), 'code');
	await page.keyboard.type('000000');
	await page.keyboard.press('Enter');
	await page.locator('#code-fault').waitFor();
	await accessible(page);
	assert.equal(await page.inputValue('#phone'), who.phone);
	await page.locator('#code').focus();
	await page.keyboard.type(await code(who.phone, await mark(page)));
	await page.keyboard.press('Enter');
	await page.waitForURL((url) => url.pathname === '/my');
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

for (const scripts of [true, false])
	test(`from nobody to an account that must prove its name, ${scripts ? 'with' : 'without'} scripts`, async () => {
		const number = nobody(), page = await visitor(browser, { viewport: phone, javaScript: scripts });
		await page.goto('/login');
		await page.getByRole('link', { name: '注册账号' }).click();
		if (scripts)
			await accessible(page);
		await page.fill('#password', 'ein Satz, den ich behalte');
		await page.fill('#phone', number);
		await page.getByRole('button', { name: '获取验证码' }).click();
		await page.locator('#code-hint[role=status]').waitFor();
		assert.equal(await page.inputValue('#phone'), number);
		await page.fill('#code', await code(number, await mark(page)));
		await page.fill('#password', 'ein Satz, den ich behalte');
		await page.getByRole('button', { name: '注册', exact: true }).click();
		await page.waitForURL((url) => url.pathname === '/realname');
		await page.context().close();
	});

test('choosing how the page looks keeps the number, and the code is still good', async () => {
	const who = person('hmt_permit', 2), page = await visitor(browser, { viewport: phone });
	await page.goto('/login/yikatong/sms');
	await page.fill('#phone', who.phone);
	await page.getByRole('button', { name: '获取验证码' }).click();
	await page.locator('#code-hint[role=status]').waitFor();
	const which = await mark(page);
	await page.getByText('显示方式', { exact: true }).click();
	await page.getByRole('button', { name: '大字版' }).click();
	await page.locator('[data-weui-mode=care]').waitFor();
	assert.equal(await page.inputValue('#phone'), who.phone);
	assert.equal(await mark(page), which);
	await accessible(page);
	await page.fill('#code', await code(who.phone, which));
	await page.getByRole('button', { name: '登录', exact: true }).click();
	await page.waitForURL((url) => url.pathname === '/yikatong/');
	await page.context().close();
});
