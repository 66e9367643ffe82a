/*
 * screenshots.mjs FOLDER [MODE] [NAME…] - every page of the list (or those whose names begin so) on a phone and on a desktop, in each mode (or that
 * one), as FOLDER/<mode>/<name>.<view>.png; and for each mode and area a sheet with all of them, FOLDER/<mode>-<area>.<view>.png.
 */
import { mkdirSync } from 'node:fs';
import { desktop, launch, phone } from '../browser/browser.mjs';
import { pages } from './pages.mjs';
import { sheet } from './sheet.mjs';
import { modes, visit } from './visit.mjs';

/* Each window, and how wide its pictures are on a sheet. */
const views = { phone: { viewport: phone, width: 260 }, desktop: { viewport: desktop, width: 520 } };

const [folder, ...rest] = process.argv.slice(2);
const chosen = rest[0] in modes ? [rest.shift()] : Object.keys(modes);
const rows = pages.filter(({ name }) => rest.length === 0 || rest.some((begin) => name.startsWith(begin)));

/* In a window as high as the page: what sticks to its edge is where one sees it at the end. A dialog has the window to itself. */
async function draw(page, viewport, path) {
	await page.setViewportSize(viewport);
	const [dialog, height] = await page.evaluate(() => [document.querySelector('dialog:modal') !== null, document.documentElement.scrollHeight]);
	if (!dialog)
		await page.setViewportSize({ ...viewport, height: Math.max(height, viewport.height) });
	await page.screenshot({ path });
}

const browser = await launch();
let failed = 0;
for (const mode of chosen) {
	const drawn = [];
	mkdirSync(`${folder}/${mode}`, { recursive: true });
	for (const row of rows) {
		try {
			const page = await visit(browser, row, { mode });
			for (const [view, { viewport }] of Object.entries(views))
				await draw(page, viewport, `${folder}/${mode}/${row.name}.${view}.png`);
			await page.context().close();
			drawn.push(row);
			console.log(`ok - ${row.name}, ${mode}`);
		} catch (error) {
			failed++;
			console.log(`not ok - ${row.name}, ${mode}\n# ${error.message.split('\n')[0]}`);
		}
	}
	for (const area of new Set(drawn.map((row) => row.area)))
		for (const [view, { width }] of Object.entries(views))
			await sheet(`${folder}/${mode}-${area}.${view}.png`, drawn.filter((row) => row.area === area)
				.map(({ name }) => ({ name, file: `${folder}/${mode}/${name}.${view}.png` })), width);
}
await browser.close();
process.exit(failed ? 1 : 0);
