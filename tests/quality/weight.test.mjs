/* What goes over the line: the first page with all that it wants, and each step's page by itself, empty, refused and
 * filled in, as nginx sends them. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { launch } from '../browser/browser.mjs';
import { pages } from './pages.mjs';
import { write } from './table.mjs';
import { visit } from './visit.mjs';

const first = 60 * 1024, step = 6 * 1024;
const figures = [];
let browser;
before(async () => { browser = await launch(); });
after(async () => {
	await browser.close();
	write('weight', ['page', 'requests', 'bytes in all', 'bytes of HTML'], figures);
});

/* Bodies as they were sent, each address once. */
async function weigh(row) {
	const answers = new Map();
	const page = await visit(browser, row, { seen: (answer) => answers.set(answer.url(), answer) });
	await page.waitForLoadState('networkidle');
	/* What is cached has less than none. */
	const bodies = await Promise.all([...answers.values()].map(async (answer) => Math.max(0, (await answer.request().sizes()).responseBodySize)));
	const html = (await page.answer.request().sizes()).responseBodySize;
	await page.context().close();
	const all = bodies.reduce((sum, bytes) => sum + bytes, 0);
	figures.push([row.name, bodies.length, all, html]);
	return { all, html };
}

for (const row of pages.filter((one) => one.is || /-(faults|filled)$/.test(one.name)))
	test(`${row.name} is light`, async () => {
		const { all, html } = await weigh(row);
		assert.ok(html <= step, `HTML of ${html} bytes`);
		/* A stranger's browser has nothing of ours yet; pictures of a citizen's own are hers. */
		if (row.is === 'public')
			assert.ok(all <= first, `${all} bytes in all`);
	});
