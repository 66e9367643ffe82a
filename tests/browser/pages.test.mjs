/* A few pages of the list by which `make quality` judges all of them. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { launch } from './browser.mjs';
import { html, scrolls, small } from '../quality/judges.mjs';
import { pages } from '../quality/pages.mjs';
import { visit } from '../quality/visit.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

for (const name of ['portal', 'register-faults', 'error-403'])
	test(`${name} in large type is HTML, goes into 320 pixels and has targets that can be hit`, async () => {
		const page = await visit(browser, pages.find((row) => row.name === name), { mode: 'care' });
		const said = [];
		for (const judge of [html, scrolls, small])
			said.push(...await judge(page));
		await page.context().close();
		assert.deepEqual(said, []);
	});
