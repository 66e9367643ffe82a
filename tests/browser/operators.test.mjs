/* The operators' page in a browser: read by everybody, in every shape; something in suspense is settled by keyboard. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, desktop, launch, phone, visitor } from './browser.mjs';
import { query } from '../database.mjs';
import { password } from '../operator.mjs';

let browser;

/* What a night leaves behind. */
before(async () => {
	browser = await launch();
	query(`INSERT INTO exchange_message (msg_id, bank, direction, type, business_date, records, original, state, reason, digest, created_at) VALUES
		('BJSSC-306-20261122-000901', '306', 'out', 'CardProductionOrder', CURDATE(), 200, NULL, 'REJECTED', 'F03', UNHEX(SHA2('1', 256)), UNIX_TIMESTAMP()),
		('306-BJSSC-20261122-000901', '306', 'in', 'FileReceipt', CURDATE(), 1, 'BJSSC-306-20261122-000901', 'APPLIED', NULL, UNHEX(SHA2('2', 256)), UNIX_TIMESTAMP()),
		('306-BJSSC-20261122-000902', '306', 'in', 'ProductionStatusReport', CURDATE(), 3, 'BJSSC-306-20261122-000901', 'APPLIED', NULL, UNHEX(SHA2('3', 256)), UNIX_TIMESTAMP())`);
	query(`INSERT INTO exchange_record (msg_id, n, application, attempt, direction, status, reason, outcome) VALUES
		('306-BJSSC-20261122-000902', 1, 'B1', 1, 'in', 'REJECTED', 'D06', 'APPLIED'), ('306-BJSSC-20261122-000902', 2, 'B2', 1, 'in', 'RETURNED', 'L02', 'APPLIED')`);
	query(`INSERT INTO exchange_suspense (msg_id, n, application, reason, noted_at) VALUES ('306-BJSSC-20261122-000902', 3, 'BJ261122NOBODY0003', 'unknown', 0)`);
	query(`REPLACE INTO snapshot (bank, kind, at, body) VALUES ('306', 'standing', UNIX_TIMESTAMP(), '{"bank":"306","alarms":[{"alarm":"receipt","number":3}],"unanswered":1,"refused":0,"waiting":0,"suspense":1,"open":[{"state":"SENT","number":200,"since":0}]}'),
		('306', 'differences', UNIX_TIMESTAMP(), '[{"order":"BJSSC-306-20261122-000901","report":"306-BJSSC-20261122-000903","ours":{"Produced":1},"theirs":{"Produced":7}}]')`);
});

after(async () => {
	await browser.close();
	for (const table of ['exchange_suspense', 'exchange_record', 'exchange_message'])
		query(`DELETE FROM ${table} WHERE msg_id LIKE '%306%20261122-00090%'`);
	query("DELETE FROM snapshot WHERE bank = '306'");
});

const pages = ['/operators', '/operators/bank/306', '/operators/rejects/7', '/operators/suspense'];
const httpCredentials = { username: 'operator', password: password() };

for (const [viewport, colorScheme, view] of [[phone, 'light', 'care.auto.normal.zh-CN'], [desktop, 'dark', 'standard.auto.high.en']])
	test(`every page is accessible as ${view}, ${colorScheme}, ${viewport.width} wide`, async () => {
		const page = await visitor(browser, { viewport, colorScheme, httpCredentials });
		await page.context().addCookies([{ name: 'view', value: view, domain: '127.0.0.1', path: '/' }]);
		for (const path of pages) {
			await page.goto(path);
			await accessible(page);
		}
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

test('something in suspense is settled by keyboard, after the reason was forgotten once', async () => {
	const page = await visitor(browser, { viewport: desktop, httpCredentials });
	await page.goto('/operators');
	await page.getByRole('link', { name: '待查' }).click();
	const sheet = page.locator('form', { hasText: 'BJ261122NOBODY0003' });
	await sheet.getByRole('textbox').fill(' ');
	await page.keyboard.press('Enter');
	await page.locator('#faults a').click();
	await accessible(page);
	await page.keyboard.type('银行已更正');
	await page.keyboard.press('Enter');
	await page.getByText('已记下').waitFor();
	assert.equal(await sheet.count(), 0);
	await page.context().close();
});
