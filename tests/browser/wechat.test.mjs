/* WeChat's telephone number: the native button of the mini program, and the one on our page, with scripts and without. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, launch, visitor, phone, desktop } from './browser.mjs';
import { face } from './enter.mjs';
import { citizens, person, sandbox } from '../citizen.mjs';

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const button = '微信授权用户手机号快捷登录';

async function allow(page, who) {
	await page.getByRole('link', { name: '打开小程序的授权按钮' }).click();
	await page.getByRole('link', { name: who.phone }).click();
	await page.getByRole('button', { name: button }).waitFor();
}

for (const javaScript of [true, false])
	test(`the number of an account, ${javaScript ? 'with' : 'without'} scripts`, async () => {
		const page = await visitor(browser, { viewport: javaScript ? phone : desktop, javaScript });
		await page.goto('/yikatong/');
		await page.getByRole('link', { name: /申请本人社会保障卡/ }).click();
		await page.waitForURL((url) => url.pathname === '/login/yikatong/wechat');
		if (javaScript)
			await accessible(page);
		await allow(page, person('ok', 7));
		if (javaScript)
			await accessible(page);
		await page.getByRole('button', { name: button }).click();
		await page.waitForURL((url) => url.pathname.startsWith('/apply/'));
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

test('a code that WeChat no longer takes is told, and the next one is good', async () => {
	const who = citizens.filter((c) => c.kind === 'no_account')[1], page = await visitor(browser, { viewport: phone });
	await fetch(`${sandbox()}/wechat/behave`, { method: 'POST', body: '{"next":["used"]}' });
	await page.goto('/login/yikatong/wechat?next=/my');
	await allow(page, who);
	await page.getByRole('button', { name: button }).click();
	await page.getByText('这次微信授权已经用过了').first().waitFor();
	await accessible(page);
	await allow(page, who);
	await page.getByRole('button', { name: button }).click();
	await page.getByRole('heading', { name: '实名认证' }).waitFor();
	await face(page, who);
	await page.waitForURL((url) => url.pathname === '/my');
	await page.context().close();
});
