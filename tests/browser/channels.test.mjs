/* The mini programs' channels in their web view: from the entry to the receipt, on a phone and on a desktop, with scripts and without. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { choosePictures, lookOver, launch, visitor, accessible, phone, desktop } from './browser.mjs';
import { enter } from './enter.mjs';
import { details, person } from '../citizen.mjs';

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

async function arrive(page, pathname, { scripts }) {
	await page.waitForURL((url) => url.pathname === pathname);
	if (scripts)
		await accessible(page);
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function chooseBranch(page, { scripts }) {
	await page.selectOption('#bank', details.bank);
	if (!scripts)
		await press(page, '查看网点');
	await page.waitForSelector(`#branch option[value="${details.branch}"]`, { state: 'attached' });
	await page.selectOption('#branch', details.branch);
}

async function mail(page, who, label) {
	await page.getByText(label, { exact: true }).click();
	await page.fill('#mail_name', who.name);
	await page.fill('#mail_phone', '13800000000');
	await page.fill('#mail_address', details.address);
}

/* After the login: the steps as the guide has them. */
const steps = {
	async jingtong(page, who, how) {
		await page.getByRole('link', { name: /本人申领/ }).click();
		await arrive(page, '/apply/disclaimer', how);
		await page.check('#disclaimer');
		await press(page, '确定申领');
		await arrive(page, '/apply/eligibility', how);
		await page.check('#registry');
		await press(page, '开始资格校验');
		await page.getByText('您可以申领第三代社会保障卡').waitFor();
		await arrive(page, '/apply/eligibility', how);
		await page.getByRole('link', { name: '下一步', exact: true }).click();
		await arrive(page, '/apply/profile', how);
		await page.check('#wrong_name');
		await press(page, '保存，下一步');
		await page.getByText('您标出这一项有误').first().waitFor();
		await arrive(page, '/apply/profile', how);
		await page.uncheck('#wrong_name');
		await page.fill('#address', details.address);
		await press(page, '保存，下一步');
		await arrive(page, '/apply/details', how);
		// The mini program's back button is the browser's; without scripts that would ask whether to send the form with the fault again.
		if (how.scripts)
			await page.goBack();
		else
			await page.getByRole('link', { name: '上一步' }).click();
		await page.waitForURL('**/apply/profile');
		assert.equal(await page.inputValue('#address'), details.address);
		await page.goto('/apply/details');
		await page.selectOption('#occupation', details.occupation);
		await page.selectOption('#district', details.district);
		await press(page, '保存，下一步');
		await arrive(page, '/apply/delivery', how);
		await chooseBranch(page, how);
		await mail(page, who, '银行邮寄');
		await page.selectOption('#mail_district', details.district);
		await page.fill('#mail_postcode', '100020');
		await press(page, '保存，下一步');
		await arrive(page, '/apply/photos', how);
		await choosePictures(page, who, ['id_front', 'id_back', 'portrait']);
		await page.check('#photos');
		await press(page, '保存，下一步');
		await lookOver(page, '保存，下一步');
		await arrive(page, '/apply/review', how);
		await page.check('#commitment');
		await page.check('#bank_transfer');
		await press(page, '提交');
		await arrive(page, '/apply/done', how);
		assert.match(await page.textContent('main'), /回执号\s*BJ/);
	},
	async yikatong(page, who, how) {
		await arrive(page, '/apply/disclaimer', how);
		await page.check('#disclaimer');
		await press(page, '确定');
		await arrive(page, '/apply/identity', how);
		await page.check('#photos');
		await choosePictures(page, who, ['id_front', 'id_back'], { reads: how.scripts });
		await press(page, '确定，下一步');
		if (!how.scripts)
			await lookOver(page, '确定，下一步');
		await arrive(page, '/apply/details', how);
		await page.selectOption('#district', details.district);
		await page.fill('#address', details.address);
		await page.selectOption('#occupation', details.occupation);
		await press(page, '确定，下一步');
		await arrive(page, '/apply/card', how);
		await chooseBranch(page, how);
		await choosePictures(page, who, ['portrait']);
		await press(page, '确定，下一步');
		await lookOver(page, '确定，下一步');
		await arrive(page, '/apply/delivery', how);
		await mail(page, who, '银行邮寄');
		await press(page, '确定，下一步');
		await arrive(page, '/apply/review', how);
		await page.check('#commitment');
		await page.check('#bank_transfer');
		await press(page, '确认提交');
		await arrive(page, '/apply/done', how);
		assert.equal(await page.textContent('h1'), '申领成功');
	},
};

/* Every way of logging in leads to the end. */
const views = { phone: { viewport: phone, scripts: true }, desktop: { viewport: desktop, scripts: true, yikatong: 'wechat' },
	'phone without scripts': { viewport: phone, scripts: false, jingtong: 'roster' } };

for (const [i, channel] of Object.keys(steps).entries())
	for (const [k, [view, how]] of Object.entries(views).entries())
		test(`a citizen applies on the channel ${channel} on a ${view}`, async () => {
			const who = how[channel] === 'wechat' ? person('ok', 8) : person('ok', 22 + 3 * i + k);
			const page = await visitor(browser, { viewport: how.viewport, javaScript: how.scripts });
			await page.goto(`/${channel}/`);
			await arrive(page, `/${channel}/`, how);
			await enter[how[channel] ?? channel](page, who, () => how.scripts && accessible(page));
			await steps[channel](page, who, how);
			await page.goto('/my');
			assert.match(await page.textContent('main'), /已提交/);
			assert.deepEqual(page.complaints, []);
			await page.context().close();
		});
