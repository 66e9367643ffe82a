/*
 * judges.mjs - what a page is judged by; each gives its complaints, a line each, none if there is nothing to say.
 */
import { findings, sideways } from '../browser/browser.mjs';
import { markup } from '../templates/markup.mjs';

/* CSS pixels: a telephone, a tablet, a desktop. */
const widths = [360, 768, 1280];

/* A narrow telephone, and what is left of a desktop of 1280 x 1024 at 200 and 400 per cent. */
const narrow = { '320 px': [320, 640], '200 %': [640, 512], '400 %': [320, 256] };

async function atWidths(page, strict) {
	const said = [];
	for (const width of widths) {
		await page.setViewportSize({ width, height: 900 });
		said.push(...(await findings(page, { strict })).map((line) => `${width} px: ${line}`));
	}
	return said;
}

export async function scrolls(page) {
	const said = [];
	for (const [name, [width, height]] of Object.entries(narrow)) {
		await page.setViewportSize({ width, height });
		const wide = await sideways(page);
		if (wide > 0)
			said.push(`at ${name} it is ${wide} px wider than the window`);
	}
	return said;
}

/* The element with its neighbours looks another way when it has the focus that a keyboard gives. */
async function unseen(page) {
	await page.keyboard.press('Tab');
	return page.evaluate(() => {
		const traits = ['outline', 'boxShadow', 'borderColor', 'backgroundColor', 'color', 'textDecoration', 'clipPath', 'transform'];
		const around = (e) => [e, e.parentElement, e.parentElement?.parentElement, e.nextElementSibling, ...(e.labels ?? [])].filter(Boolean);
		const looks = (e) => {
			for (const animation of document.getAnimations())
				animation.finish();
			return JSON.stringify(around(e).map((one) => traits.map((trait) => getComputedStyle(one)[trait])));
		};
		const said = [];
		for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], [tabindex="0"]')) {
			document.activeElement.blur();
			const before = looks(e);
			e.focus();
			if (document.activeElement === e && e.tabIndex >= 0 && looks(e) === before)
				said.push(`the focus is not seen on ${e.outerHTML.slice(0, 120)}`);
		}
		return said;
	});
}

/* 44 x 44 px to be hit, with the label where there is one; a link within a sentence is as high as its line. */
export const small = (page) => page.evaluate(() => {
	const inSentence = (e) => e.matches('a') && getComputedStyle(e).display === 'inline' &&
		[...e.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /[^\s·|]/.test(node.textContent));
	const said = [];
	for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
		if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: false }) || e.tabIndex < 0 || e.matches('.skip, [aria-hidden=true]') || inSentence(e))
			continue;
		const boxes = [e, ...(/checkbox|radio/.test(e.type) ? e.labels : [])].map((one) => one.getBoundingClientRect());
		const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
		const height = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
		if (Math.min(width, height) < 43.5)
			said.push(`${Math.round(width)} x ${Math.round(height)} px is small: ${e.outerHTML.slice(0, 120)}`);
	}
	return said;
});

export const html = async (page) => markup(await page.answer.text());

/* Of a page without scripts, in which axe cannot run; its frame is another page's. */
export const plain = [html, scrolls];

/* What is asked in each mode (visit.mjs). */
export const judges = {
	standard: [html, (page) => atWidths(page, false), scrolls, unseen],
	care: [(page) => atWidths(page, true), scrolls, small, unseen],
	dark: [(page) => atWidths(page, false), unseen],
	high: [(page) => atWidths(page, true), unseen],
};
