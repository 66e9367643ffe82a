/* Every label of labels.tsv stands on its page, as what it is there. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Citizen, person } from '../citizen.mjs';
import { walk, walks } from '../walks.mjs';

const rows = readFileSync(new URL('labels.tsv', import.meta.url), 'utf8').split('\n')
	.filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));

/* The texts of the page's elements of these names, without what only screen readers hear. */
const texts = (html, names) => [...html.matchAll(new RegExp(`<(${names})(?: [^>]*)?>([^]*?)</\\1>`, 'g'))]
	.map(([, , inner]) => inner.replace(/<span class="(?:spoken|optional)">[^<]*<\/span>/g, '').replace(/<[^>]*>/g, '\n').trim());

const parts = {
	button: (html) => texts(html, 'button|a').flatMap((text) => text.split('\n')),
	tab: (html) => texts((html.match(/<nav class="tabs"[^]*?<\/nav>/) || [''])[0], 'a'),
	label: (html) => texts(html, 'label|legend|dt'),
	option: (html) => texts(html, 'option'),
};

function stands(html, as, label) {
	return as === 'text' ? html.replace(/<[^>]*>/g, '').includes(label) : parts[as](html).includes(label);
}

/* All pages of a channel as its citizens come by them. */
async function pages(channel, n) {
	const c = new Citizen(person('ok', n)), seen = new Map();
	const look = async (path) => seen.set(path, (await c.go(path)).text);
	const wanted = [...new Set(rows.filter(([ch]) => ch === channel).map(([, path]) => path))];
	const before = wanted.filter((path) => !path.startsWith('/apply/') && path !== '/my');

	for (const path of before)
		await look(path);
	await c.enter(channel, { seen });
	for (const path of before.filter((path) => !path.startsWith('/login') && path !== '/realname'))
		seen.set(path, `${seen.get(path)}${(await c.go(path)).text}`);
	for (const [i, [step]] of walks[channel].entries()) {
		await look(`/apply/${step}`);
		await walk(c, channel, { from: i, to: i + 1 });
	}
	await look('/apply/review');
	await c.step('review', { intent: 'confirm' });
	await look('/apply/done');
	await look('/my');
	return seen;
}

for (const [n, channel] of Object.keys(walks).entries())
	test(`every label of the guide stands on its page on the channel ${channel}`, async () => {
		const seen = await pages(channel, 30 + n);
		const missing = rows.filter(([ch, path, as, label]) => ch === channel && !stands(seen.get(path) ?? '', as, label));
		assert.deepEqual(missing, []);
	});
