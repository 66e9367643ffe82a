/*
 * visit.mjs - brings a browser to a page of the list.
 */
import { origin, phone, visitor } from '../browser/browser.mjs';
import { somebody } from './people.mjs';

/* How a page can look: what the cookie says that the display menu writes. */
export const modes = {
	standard: 'standard.light.normal.zh-CN',
	care: 'care.light.normal.zh-CN',
	dark: 'standard.dark.normal.zh-CN',
	high: 'standard.light.high.zh-CN',
	english: 'standard.light.normal.en',
};

/*
 * The page as the row has it. page.answer is the answer that it shows: the last one that was a page. seen is
 * called with every answer. Whoever called closes page.context().
 */
export async function visit(browser, row, { viewport = phone, mode = 'standard', seen = () => {} } = {}) {
	const citizen = await somebody(row.who);
	const page = await visitor(browser, { viewport, javaScript: row.scripts !== false });
	const cookies = { ...Object.fromEntries(citizen.cookies), view: modes[mode] };
	await page.context().addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: origin() })));
	page.on('response', (answer) => {
		seen(answer);
		if (/^text\/html/.test(answer.headers()['content-type']) && (answer.status() < 300 || answer.status() >= 400))
			page.answer = answer;
	});
	const at = typeof row.at === 'function' ? await row.at(citizen) : row.at;
	/* What making the way has brought. */
	if (citizen.cookies.has('handoff'))
		await page.context().addCookies([{ name: 'handoff', value: citizen.cookies.get('handoff'), url: origin() }]);
	await page.goto(at);
	await row.then?.(page, citizen);
	const status = page.answer.status();
	if (status !== (row.status ?? 200)) {
		await page.context().close();
		throw new Error(`${row.name}: ${new URL(page.url()).pathname} answers ${status}`);
	}
	return page;
}
