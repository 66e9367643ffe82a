/* Every page of the list in every mode: axe, HTML, width, focus, size of targets. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { desktop, launch } from '../browser/browser.mjs';
import { judges, plain } from './judges.mjs';
import { pages } from './pages.mjs';
import { visit } from './visit.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

for (const [mode, all] of Object.entries(judges))
	for (const row of pages)
		test(`${row.name} is in order, ${mode}`, async () => {
			const page = await visit(browser, row, { viewport: desktop, mode });
			const said = [];
			for (const judge of row.scripts === false ? plain : all)
				said.push(...await judge(page));
			await page.context().close();
			assert.deepEqual(said, []);
		});
