/* Letters for rare names: a browser takes the fonts as they are made, and asks for one only where its own have no letter. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { origin } from '../citizen.mjs';
import { launch } from './browser.mjs';

let browser, page;
before(async () => {
	browser = await launch();
	page = await browser.newPage();
	await page.goto(`${origin()}/web/`);
	await page.evaluate(() => new Promise((done) => {
		const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/font/20bb7-4dae.css', onload: done });
		document.head.append(sheet);
	}));
});
after(() => browser.close());

/* The characters that it has fetched a font for, once text is set in this family. */
const fetched = (text, family) => page.evaluate(async ([words, name]) => {
	const line = Object.assign(document.createElement('p'), { textContent: words });
	line.style.setProperty('font-family', name);
	document.querySelector('main').append(line);
	line.getBoundingClientRect();
	await document.fonts.ready;
	return [...document.fonts].filter((font) => font.status !== 'unloaded').map((font) => `${font.unicodeRange} ${font.status}`);
}, [text, family]);

test('a font is fetched only for what no font of the device has', async () => {
	assert.deepEqual(await fetched('王小燕刘䶮', '"Noto Sans CJK SC", Rare'), []);
	assert.deepEqual(await fetched('王小燕', '"DejaVu Sans", Rare'), []);
	assert.deepEqual(await fetched('刘䶮', '"DejaVu Sans", Rare'), ['U+4DAE loaded']);
	assert.deepEqual(await fetched('王𠮷安', '"DejaVu Sans", Rare'), ['U+20BB7 loaded', 'U+4DAE loaded']);
});
