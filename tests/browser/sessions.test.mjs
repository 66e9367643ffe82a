/* Sessions on a page: seen and ended, left behind, and not come back to. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, launch, login, visitor, phone, desktop } from './browser.mjs';
import { person } from '../citizen.mjs';

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

async function entered(who, options) {
	const page = await visitor(browser, options);
	await page.goto('/login');
	await login(page, who);
	await page.waitForURL((url) => url.pathname === '/web/');
	return page;
}

for (const javaScript of [true, false])
	test(`she ends her other sessions, ${javaScript ? 'with' : 'without'} scripts`, async () => {
		const who = person('passport'), here = await entered(who, { viewport: desktop, javaScript }), there = await entered(who, { viewport: phone });
		await here.locator('.menu summary').first().click();
		await here.getByRole('link', { name: '登录设备' }).click();
		if (javaScript)
			await accessible(here);
		await here.getByRole('button', { name: '退出其他全部登录' }).click();
		await here.getByText('已退出。那里要继续使用').waitFor();
		assert.equal(await here.locator('section.sheet').count(), 1);
		await there.goto('/my');
		await there.waitForURL((url) => url.pathname === '/login');
		await there.getByText('请先登录').first().waitFor();
		await Promise.all([here, there].map((page) => page.context().close()));
	});

test('after logging out nothing of hers comes back by the back button', async () => {
	const who = person('taiwan_pass'), page = await entered(who, { viewport: phone });
	await page.goto('/my');
	await page.locator('.menu summary').first().click();
	await page.getByRole('button', { name: '退出登录' }).click();
	await page.getByText('您已退出登录').waitFor();
	await page.goBack();
	await page.waitForURL((url) => url.pathname === '/login');
	assert.ok(!(await page.textContent('body')).includes(`${who.name[0]}*`));
	await page.context().close();
});

test('a new password by keyboard alone', async () => {
	const who = person('hk_pass', 0), page = await entered(who, { viewport: phone });
	await page.goto('/my/password');
	await accessible(page);
	await page.locator('#old').focus();
	await page.keyboard.type('falsch geraten');
	await page.keyboard.press('Tab');
	await page.keyboard.type('ein neuer langer Satz');
	await page.keyboard.press('Enter');
	await page.locator('#old-fault').waitFor();
	await accessible(page);
	await page.locator('#old').focus();
	await page.keyboard.type(who.password);
	await page.keyboard.press('Tab');
	await page.keyboard.type('ein neuer langer Satz');
	await page.keyboard.press('Enter');
	await page.getByText('密码已修改').waitFor();
	await page.context().close();
});
