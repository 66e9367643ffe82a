/* A citizen mends what the bank sent back: with scripts on a telephone, without them at a desk, by keyboard. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, desktop, launch, origin, phone, pictures, visitor } from './browser.mjs';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

async function sentBack(n, reason, how) {
	const c = new Citizen(person('ok', n)), no = await c.apply();
	query(`UPDATE application SET state = 'REJECTED', reason = '${reason}' WHERE no = '${no}'`);
	const page = await visitor(browser, how);
	await page.context().addCookies([...c.cookies].map(([name, value]) => ({ name, value, url: origin() })));
	await page.goto('/my');
	return { page, no, who: c.who };
}

async function corrected({ page, no }) {
	await page.getByText('已重新提交，回执号不变').waitFor();
	assert.equal(value(`SELECT CONCAT(state, attempt) FROM application WHERE no = '${no}'`), 'SUBMITTED2');
	assert.deepEqual(page.complaints, []);
	await page.context().close();
}

for (const [n, how, what] of [[28, { viewport: phone }, 'on a telephone'], [29, { viewport: desktop, javaScript: false }, 'without scripts at a desk']])
	test(`a portrait is taken anew, ${what}`, async () => {
		const it = await sentBack(n, 'D06', how), { page } = it;
		const look = async () => how.javaScript === false || accessible(page);
		await look();
		await page.getByRole('link', { name: '更正并重新提交' }).click();
		await page.getByRole('heading', { name: '更正并重新提交' }).waitFor();
		await look();
		await page.setInputFiles('#portrait', (await pictures(it.who)).portrait);
		await page.getByRole('button', { name: '重新提交', exact: true }).click();
		await page.getByText('照片已收到并检查过').waitFor();
		await look();
		await page.getByRole('button', { name: '重新提交', exact: true }).click();
		await corrected(it);
	});

test('by keyboard alone, large and in the dark', async () => {
	const it = await sentBack(35, 'B03', { viewport: phone, colorScheme: 'dark' }), { page } = it;
	await page.goto('/my?mode=care');
	await page.getByRole('link', { name: '更正并重新提交' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: '更正并重新提交' }).waitFor();
	await accessible(page);
	await page.locator('#phone').focus();
	await page.keyboard.press('Control+A');
	await page.keyboard.type('13900000009');
	await page.keyboard.press('Enter');
	await corrected(it);
});
