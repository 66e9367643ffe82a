/*
 * What a screen reader reads of each step, in its order: tests/quality/outline/<name>.yml.
 * WRITE=1 writes them anew: read the difference before you commit it.
 */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../browser/browser.mjs';
import { pages } from './pages.mjs';
import { visit } from './visit.mjs';

const folder = fileURLToPath(new URL('outline/', import.meta.url));
let browser;
before(async () => {
	mkdirSync(folder, { recursive: true });
	browser = await launch();
});
after(async () => { await browser.close(); });

/* What is another one each time. */
const changing = [
	[/\bBJ\d{6}[0-9A-Z]{8,}/g, 'NUMBER'], [/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/g, 'DATE'], [/\b\d\d:\d\d\b/g, 'TIME'],
	[/\/photo\/[0-9a-f]+/g, 'PHOTO'], [/id=[0-9a-f]{40,}/g, 'id=ID'], [/[A-Za-z0-9_-]{43,}/g, 'CODE'], [/\b\d{2,3}\*+\d+\b/g, 'PHONE'],
	[/(?<=timer: ")\d+/g, 'SECONDS'], [/(?<=127\.0\.0\.1(:|%3A))\d+/g, 'PORT'], [/(?<=手机上要输入的数字 )\d\d/g, 'NN'],
];

for (const row of pages.filter((one) => one.is))
	test(`${row.name} is read in the right order`, async () => {
		const page = await visit(browser, row);
		const tree = await page.locator('body').ariaSnapshot();
		await page.context().close();
		const said = `${changing.reduce((text, [pattern, word]) => text.replace(pattern, word), tree)}\n`;
		const golden = `${folder}${row.name}.yml`;
		if (process.env.WRITE)
			writeFileSync(golden, said);
		assert.ok(existsSync(golden), 'there is no golden outline yet');
		assert.equal(said, readFileSync(golden, 'utf8'));
	});
