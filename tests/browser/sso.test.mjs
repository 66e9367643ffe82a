/* From the five providers to a name that is proven, with scripts and without. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, launch, visitor, phone, desktop } from './browser.mjs';
import { face } from './enter.mjs';
import { person } from '../citizen.mjs';

const names = { '国家政务服务平台账号': 'renkai', '支付宝': 'shiyu', '微信': 'yaobin', '百度': 'liaojing', '电子社保卡': 'xiongwei' };
let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

for (const [n, [name, username]] of Object.entries(names).entries())
	for (const scripts of n === 0 ? [true, false] : [true])
		test(`${name}, ${scripts ? 'with' : 'without'} scripts`, async () => {
			const page = await visitor(browser, { viewport: n % 2 ? phone : desktop, javaScript: scripts });
			const who = person('ok', 29 + n);
			assert.equal(who.username, username);
			await page.goto('/login/other?next=/my');
			if (scripts && n === 0)
				await accessible(page);
			await page.getByRole('link', { name, exact: true }).click();
			await page.getByRole('link', { name: '不同意' }).click();
			await page.getByText('没有在那边同意登录').first().waitFor();
			if (scripts)
				await accessible(page);
			await page.getByRole('link', { name, exact: true }).click();
			await page.getByRole('link', { name: who.username, exact: true }).click();
			/* The first time, which the one with scripts is. */
			if (scripts) {
				await page.getByRole('heading', { name: '实名认证' }).waitFor();
				await face(page, who);
			}
			await page.waitForURL((url) => url.pathname === '/my');
			assert.ok((await page.textContent('.masthead')).includes(`${who.name[0]}*`));
			assert.deepEqual(page.complaints, []);
			await page.context().close();
		});
