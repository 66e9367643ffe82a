/*
 * screenshots.mjs [FOLDER [NAME…]] - every page of the list (or those whose names begin so) on a phone and on a desktop, in each mode, as
 * FOLDER/<mode>/<name>.<view>.png; and for each mode and area a sheet with all of them, FOLDER/<mode>-<area>.<view>.png.
 */
import { mkdirSync } from 'node:fs';
import { desktop, launch, phone } from '../browser/browser.mjs';
import { pages } from './pages.mjs';
import { sheet } from './sheet.mjs';
import { visit } from './visit.mjs';

const [folder, ...names] = process.argv.slice(2);
const views = { phone, desktop };
const rows = pages.filter(({ name }) => names.length === 0 || names.some((begin) => name.startsWith(begin)));
const browser = await launch();
let failed = 0;

for (const mode of ['standard', 'care', 'dark', 'english']) {
	mkdirSync(`${folder}/${mode}`, { recursive: true });
	for (const [view, viewport] of Object.entries(views)) {
		const drawn = [];
		for (const row of rows) {
			const file = `${folder}/${mode}/${row.name}.${view}.png`;
			try {
				const page = await visit(browser, row, { viewport, mode });
				await page.screenshot({ path: file, fullPage: true });
				await page.context().close();
				drawn.push({ ...row, file });
				console.log(`ok - ${row.name}, ${mode}, on a ${view}`);
			} catch (error) {
				failed++;
				console.log(`not ok - ${row.name}, ${mode}, on a ${view}\n# ${error.message.split('\n')[0]}`);
			}
		}
		for (const area of new Set(drawn.map((row) => row.area)))
			await sheet(`${folder}/${mode}-${area}.${view}.png`, drawn.filter((row) => row.area === area), view === 'phone' ? 260 : 520);
	}
}
await browser.close();
process.exit(failed ? 1 : 0);
