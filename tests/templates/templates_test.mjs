// Golden pages: tests/templates/<template>[.<case>].hdf in, <template>[.<case>].html out, rendered by cstest.
// `node templates_test.mjs --write` writes the goldens anew: read the difference before you commit it.
// Also: what must hold of every page, and that the languages have the same words.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHdf } from './hdf.mjs';
import { markup } from './markup.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const templates = join(root, 'templates');
const scratch = mkdtempSync(join(tmpdir(), 'templates-'));
const write = process.argv.includes('--write');
let tests = 0, failures = 0;

function test(name, faults) {
	tests++;
	if (faults.length)
		failures++;
	console.log(`${faults.length ? 'not ok' : 'ok'} ${tests} - ${name}`);
	for (const fault of faults)
		console.log(`# ${fault}`);
}

function render(name) {
	const fixture = readFileSync(join(here, `${name}.hdf`), 'utf8');
	const lang = (fixture.match(/^Page\.lang = (.+)$/m) || [, 'zh-CN'])[1];
	const hdf = join(scratch, 'page.hdf');
	writeFileSync(hdf, [
		'Config.VarEscapeMode = html', `hdf.loadpaths.0 = ${templates}`, `hdf.loadpaths.1 = ${here}`,
		`#include "${templates}/lang/${lang}.hdf"`, '#include "part/frame.hdf"', `#include "${here}/${name}.hdf"`, '',
	].join('\n'));
	const out = execFileSync('cstest', [hdf, `${name.split('.')[0]}.cs`], { cwd: here, encoding: 'utf8' });
	return out.replace(/^Parsing [^\n]*\n/, '').trim() + '\n';
}

function firstDifference(a, b) {
	const x = a.split('\n'), y = b.split('\n');
	const n = x.findIndex((line, i) => line !== y[i]);
	return a === b ? [] : [`line ${n + 1}`, `expected ${y[n]}`, `got      ${x[n]}`];
}

const count = (text, pattern) => (text.match(pattern) || []).length;
const all = (text, pattern) => [...text.matchAll(pattern)].map((m) => m[1]);

// What must hold of every page.
function rules(html) {
	const faults = [];
	const ids = all(html, /\sid="([^"]*)"/g);
	const say = (wrong, words) => { if (wrong) faults.push(words); };

	say(!html.startsWith('<!doctype html>'), 'does not begin with the doctype');
	say(count(html, /<h1[ >]/g) !== 1, 'has not exactly one h1');
	say(count(html, /<main[ >]/g) !== 1, 'has not exactly one main');
	say(/<style|\sstyle=|\son\w+=|javascript:/.test(html), 'has inline style or script');
	say(count(html, /<script(?![^>]* src=)/g) > 0, 'has an inline script');
	say(/(?:src|href|action)="(?:https?:)?\/\//.test(html), 'asks for something from outside');
	say(/(?:src|href|action)=""/.test(html), 'has an empty address');
	say(/<title>\s*-|- -/.test(html), 'has a hole in its title');
	say(/<(h[1-6]|label|legend|dt|button|summary|a)(?: [^>]*)?>\s*<\/\1>/.test(html.replace(/<button class="enter"[^>]*><\/button>/, '')), 'has an element without words');
	say(/<\?cs|\{[12]\}(?!%)/.test(html.replace(/data-\w+="[^"]*"/g, '')), 'shows a placeholder');
	for (const id of ids.filter((id, i) => ids.indexOf(id) !== i))
		faults.push(`id ${id} is there twice`);
	for (const id of [...all(html, /<label for="([^"]*)"/g), ...all(html, /href="#([^"]*)"/g), ...all(html, /\sform="([^"]*)"/g),
		...all(html, /aria-(?:describedby|labelledby)="([^"]*)"/g).flatMap((list) => list.split(' '))])
		say(!ids.includes(id), `points to ${id}, which is not there`);
	for (const tag of html.match(/<(?:input|select)[^>]*>/g) || [])
		say(!/type="hidden"/.test(tag) && !html.includes(`<label for="${(tag.match(/id="([^"]*)"/) || [])[1]}"`), `has no label: ${tag}`);
	for (const form of html.match(/<form[^]*?<\/form>/g) || [])
		say(count(form, /name="csrf" value="CSRF"/g) !== 1, 'has a form without its token');
	return faults;
}

// What is printed is no page: whole, by the elements that lib/web/paper.h names, with nothing left open.
const sheets = ['receipt'];
function sheet(text) {
	const strange = all(text, /<\/?([a-z0-9]+)/g).filter((tag) => !['paper', 'code', 'h1', 'h2', 'p', 'row', 'foot'].includes(tag));
	return [...strange.map((tag) => `has <${tag}>`),
		...(/^<paper [^]*<\/paper>\n$/.test(text) ? [] : ['is not one document']),
		...(/<\?cs|\{[12]\}|(?:title|author|lang|label)=""|<row[^>]*><\/row>/.test(text) ? ['has a hole'] : [])];
}

const names = readdirSync(here).filter((f) => f.endsWith('.hdf')).map((f) => f.slice(0, -4)).sort();
for (const name of names) {
	const html = render(name);
	const golden = join(here, `${name}.html`);
	if (write)
		writeFileSync(golden, html);
	test(`${name} looks as before`, existsSync(golden) ? firstDifference(html, readFileSync(golden, 'utf8')) : ['there is no golden page yet']);
	test(`${name} keeps the rules`, sheets.includes(name.split('.')[0]) ? sheet(html) : [...rules(html), ...await markup(html)]);
}

// Templates say nothing in a human language, and use only tags that escape.
const parts = ['layout', 'macros', 'progress', 'step'];
for (const file of readdirSync(templates).filter((f) => f.endsWith('.cs'))) {
	const text = readFileSync(join(templates, file), 'utf8');
	const faults = [];
	if (/<\?cs\s+(?:name|uvar|evar|lvar|linclude|alt|escape)\b/.test(text) || /\b(?:name|uvar|evar|lvar|linclude|alt):/.test(text))
		faults.push('uses a tag that does not escape');
	if (/[\u3400-\u9fff]/.test(text))
		faults.push('has words of its own');
	if (!parts.includes(file.slice(0, -3)) && !names.some((n) => n.split('.')[0] === file.slice(0, -3)))
		faults.push('has no golden page');
	test(`${file} is clean`, faults);
}

const words = Object.fromEntries(['zh-CN', 'en'].map((lang) => [lang, readHdf(join(templates, `lang/${lang}.hdf`))]));
const missing = (from, to) => [...words[from].keys()].filter((k) => !words[to].has(k)).map((k) => `${k} is missing in ${to}`);
test('both languages have the same keys', [...missing('zh-CN', 'en'), ...missing('en', 'zh-CN')]);
for (const lang of Object.keys(words))
	test(`${lang}: every key has words`, [...words[lang]].filter(([, v]) => v === '').map(([k]) => k));
test('both languages fill in the same', [...words['zh-CN']].filter(([k, v]) =>
	String(v.match(/\{[12]\}/g)) !== String((words.en.get(k) || '').match(/\{[12]\}/g))).map(([k]) => k));

// What conf/flows.hdf names has words: steps, fields, consents.
const flows = readHdf(join(root, 'conf/flows.hdf'));
const wanted = [...flows].flatMap(([key, value]) =>
	key.endsWith('.name') ? [`step.${value}.title`] :
	key.endsWith('.ways') ? value.split(' ').map((w) => `login.tab.${w}`) :
	key.endsWith('.fields') ? value.split(' ').map((f) => `label.${f}`) :
	key.endsWith('.consents') ? value.split(' ').flatMap((c) => [`consent.${c}.label`, `consent.${c}.title`]) : []);
test('steps, fields and consents of the flows have words', wanted.filter((key) => !words['zh-CN'].has(`Lang.${key}`)));

// So have the codes that C hands out: every row of these tables.
const tables = [
	['lib/apply/valid.c', /^\t\[[A-Z_]+\] = "(\w+)",$/gm, (code) => [`error.${code}`]],
	['lib/apply/eligibility.c', /^\t\{ "([a-z_]+)",/gm, (code) => [`eligibility.${code}.text`, `eligibility.${code}.todo`]],
	['schema/README.md', /^\| ([FSDBPL]\d\d) \|/gm, (code) => [`operators.reason.${code}`]],
	['lib/bank/standing.c', /alarm_(?:of|after)\(l, "(\w+)"/g, (code) => [`operators.alarm.${code}`]],
	['lib/bank/report.c', /\? "([a-z_]+)"$/gm, (code) => [`operators.suspended.${code}`]],
	['lib/bank/receipt.c', /suspended = "(\w+)"/g, (code) => [`operators.suspended.${code}`]],
	['lib/apply/application.c', /^\t\{ \.name = "([A-Z_]+)",/gm, (code) => [`state.${code}.text`, `state.${code}.expects`]],
];
for (const [file, row, keys] of tables) {
	const codes = existsSync(join(root, file)) ? all(readFileSync(join(root, file), 'utf8'), row) : [];
	test(`every code of ${file} has words`, codes.length === 0 ? ['no codes found'] :
		codes.flatMap(keys).filter((key) => !words['zh-CN'].has(`Lang.${key}`)));
}

const corrected = all(readFileSync(join(root, 'lib/apply/application.c'), 'utf8'), /^\t\{ \.name = "([A-Z_]+)",[^}]*\.next = "[A-Z_ ]*SUBMITTED\b/gm);
test('a state that she may correct has other words for where she may not', corrected.length === 0 ? ['no states found'] :
	corrected.flatMap((state) => ['expects', 'waits', 'next'].flatMap((part) => [`state.${state}.${part}`, `state.${state}.final.${part}`]))
		.filter((key) => !words['zh-CN'].has(`Lang.${key}`)));

for (const file of readdirSync(join(root, 'htdocs/error')))
	test(`error/${file} is HTML`, await markup(readFileSync(join(root, 'htdocs/error', file), 'utf8')));

rmSync(scratch, { recursive: true });
console.log(`1..${tests}`);
process.exit(failures ? 1 : 0);
