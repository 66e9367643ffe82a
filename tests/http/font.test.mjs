/* Letters for a name that old phones cannot write: only on pages where it stands, and a small font for each character. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, origin, person } from '../citizen.mjs';
import { query } from '../database.mjs';

/* 刘䶮: extension A. */
const c = new Citizen(person('rare_name', 1));
let no;
before(async () => { no = await c.apply(); });
after(() => query(`UPDATE application SET live = NULL, state = 'WITHDRAWN' WHERE no = '${no}'`));

const sheet = (html) => html.match(/<link rel="stylesheet" href="(\/font\/[^"]*)">/)?.[1];
const at = (path) => fetch(origin() + path, { headers: { connection: 'close' } });

test('a page with a rare name has its letters, another has none', async () => {
	const my = (await c.get('/my')).text;
	assert.ok(my.includes(c.who.name));
	assert.equal(sheet(my), '/font/4dae.css');
	assert.equal(sheet((await c.get('/web/')).text), undefined);
});

test('its style sheet names a font for each character, and both are kept for good', async () => {
	const answer = await at('/font/4dae-20bb7.css');
	assert.match(answer.headers.get('content-type'), /^text\/css/);
	assert.equal(await answer.text(), '@font-face{font-family:Rare;src:url(4dae);unicode-range:U+4dae}\n' +
		'@font-face{font-family:Rare;src:url(20bb7);unicode-range:U+20bb7}\n');
	for (const point of ['4dae', '20bb7']) {
		const letter = await at(`/font/${point}`);
		assert.equal(letter.headers.get('content-type'), 'font/sfnt');
		assert.match(letter.headers.get('cache-control'), /immutable/);
		assert.ok((await letter.arrayBuffer()).byteLength < 4096);
	}
	assert.match(answer.headers.get('cache-control'), /immutable/);
});

test('there is no font of what is not rare, or no character, or in no font of ours', async () => {
	for (const name of ['4e00', '41', '4dae-20bb7', '4dae.woff2', '4dae-.css', '-4dae.css', '4DAE', '0x4dae', '+4dae', 'ffffff', '.css', '',
		'3400-3401-3402-3403-3404-3405-3406-3407-3408.css', '3fffd']) {
		const answer = await at(`/font/${name}`);
		assert.equal(answer.status, 404, name);
		assert.equal(answer.headers.get('cache-control'), 'no-store');
	}
});
