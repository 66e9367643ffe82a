/*
 * pictures.mjs - large pictures, each by itself: seconds and memory; then BENCH_UPLOADS of ordinary ones, 20 a second, from 200
 * sessions, while others read pages.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { tick } from '../citizen.mjs';
import { path, picture } from '../pictures.mjs';
import { begin } from './prepare.mjs';
import { aim, median, progress, table } from './table.mjs';

const { BENCH_UPLOADS = '1200', VAR } = process.env;
const A_SECOND = 20, SESSIONS = 200, MAX = 9175040;
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0;
const pause = async (until) => sleep(Math.max(0, until - performance.now()));

async function timed(work) {
	const began = performance.now();
	const answer = await work();
	return { answer, ms: performance.now() - began };
}

/* One picture, as the script of the page sends it: to be looked at, not yet to go on. */
const send = (c, kind, file) => c.post({ keep: '', photos: tick(c.page, 'photos') }, { path: '/apply/photos', files: { [kind]: file } });

/* ---- large ones ---- */

const large = [
	['12 MP JPEG', 4000, 3000, 'jpg', '--Q', '85'],
	['12 MP progressive JPEG', 4000, 3000, 'jpg', '--Q', '85', '--interlace'],
	['48 MP JPEG', 8000, 6000, 'jpg', '--Q', '70'],
	['12 MP HEIC', 4000, 3000, 'heic'],
];

/* The drawing, as large as that. */
function enlarge(drawing, [, width, height, type, ...options], upright) {
	const [across, down] = upright ? [height, width] : [width, height];
	const raw = `${VAR}/large.v`, out = `${VAR}/large.${type}`, png = `${VAR}/large.png`;
	execFileSync('vips', ['thumbnail', path(drawing), raw, String(across), '--height', String(down), '--size', 'force']);
	if (type === 'heic') {
		execFileSync('vips', ['copy', raw, png]);
		execFileSync('heif-enc', ['-q', '60', png, '-o', out], { stdio: 'ignore' });
	} else
		execFileSync('vips', ['jpegsave', raw, out, ...options]);
	if (statSync(out).size > MAX)
		throw new Error(`${out} is too large to be sent`);
	return { bytes: readFileSync(out), filename: `large.${type}` };
}

const seen = () => readFileSync(`${VAR}/log/photo-worker.log`, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
	.filter(({ event }) => event === 'photo');

progress('large pictures');
const [single] = await begin(1, 5000);
const rows = [['', 'MB', 's', 'peak RSS MB', 'fault']];
for (const kind of ['id_front', 'portrait'])
	for (const one of large) {
		const file = enlarge(`${kind.replace('_', '-')}.jpg`, one, kind === 'portrait');
		await single.get('/apply/photos');
		await send(single, kind, file);
		const { ms, kib, fault } = seen().pop();
		rows.push([`${one[0]} as ${kind}`, (file.bytes.length / 1e6).toFixed(1), (ms / 1000).toFixed(2), Math.round(kib / 1024), fault || 'none']);
	}
table(rows);

/* ---- many ---- */

const citizens = await begin(SESSIONS, 5001);
const readers = citizens.splice(0, 4);
const lost = [];
const files = ['portrait', 'id_front', 'id_back'].map((kind) => [kind, picture(`${kind.replace('_', '-')}.jpg`)]);
await Promise.all(citizens.map((c) => c.get('/apply/photos')));

/* Readers who look at a page every 100 ms, until told to stop: what each page took. */
function reading(address) {
	const took = [], state = { stop: false };
	const done = Promise.all(readers.map(async (c) => {
		while (!state.stop) {
			const next = performance.now() + 100;
			const { answer, ms } = await timed(() => c.get(address));
			if (answer.status !== 200)
				lost.push(`${address}: ${answer.status}`);
			took.push(ms);
			await pause(next);
		}
	}));
	return async () => {
		state.stop = true;
		await done;
		return took;
	};
}

/* What an answer says, in a word. */
function outcome({ status, text }) {
	if (status === 303)
		return 'taken';
	if (status === 422)
		return text.includes('检查照片的人太多') ? 'please wait' : 'looked at, with a sentence';
	return status === 502 || status === 503 || status === 504 ? 'please wait' : String(status);
}

const pages = ['/my', '/apply/photos'], quiet = {}, busy = {};
for (const page of pages) {
	const stop = reading(page);
	await sleep(5000);
	quiet[page] = await stop();
}

progress(`${BENCH_UPLOADS} uploads, ${A_SECOND} a second`);
const counts = {}, took = [], waiting = new Set(), kept = new Map();
const stops = pages.map((page) => [page, reading(page)]);
const began = performance.now();
const uploads = [];
for (let n = 0; n < Number(BENCH_UPLOADS); n++) {
	await pause(began + n * 1000 / A_SECOND);
	const c = citizens.find((one) => !waiting.has(one));
	if (!c) {
		counts['nobody free'] = (counts['nobody free'] ?? 0) + 1;
		continue;
	}
	citizens.push(...citizens.splice(citizens.indexOf(c), 1));
	waiting.add(c);
	const [kind, file] = files[n % files.length];
	uploads.push(timed(() => send(c, kind, file)).then(async ({ answer, ms }) => {
		const what = outcome(answer);
		counts[what] = (counts[what] ?? 0) + 1;
		took.push(ms);
		if (what === 'taken' || what.startsWith('looked'))
			kept.set(c, new Set([...kept.get(c) ?? [], kind]));
		while ((await c.get('/apply/photos')).status !== 200)
			await sleep(500);
		waiting.delete(c);
	}));
}
await Promise.all(uploads);
const seconds = (performance.now() - began) / 1000;
for (const [page, stop] of stops)
	busy[page] = await stop();
for (const [c, kinds] of kept) {
	await c.get('/apply/photos');
	for (const kind of kinds)
		if (!new RegExp(`photo--${kind}">\\s*<div class="photo__kept"[^>]*><img src="/photo/[0-9a-f]{32}"`).test(c.page))
			lost.push(`${kind} of ${c.who.username}`);
}

console.log(`${uploads.length} uploads in ${seconds.toFixed(0)} s: ${Object.entries(counts).map(([what, n]) => `${n} ${what}`).join(', ')}`);
console.log(`an answer took ${(median(took) / 1000).toFixed(1)} s (median), ${(quantile(took, 0.99) / 1000).toFixed(1)} s (99 of 100)\n`);
table([['page, ms', 'before', 'meanwhile', 'before, 99 of 100', 'meanwhile, 99 of 100'], ...pages.map((page) => [page,
	median(quiet[page]).toFixed(1), median(busy[page]).toFixed(1), quantile(quiet[page], 0.99).toFixed(1), quantile(busy[page], 0.99).toFixed(1)])]);
aim('nothing that was taken is lost', lost.length ? lost.slice(0, 5).join(', ') : '0', lost.length === 0);
aim('/my meanwhile ≤ 5 × before', `${(median(busy['/my']) / median(quiet['/my'])).toFixed(1)} ×`, median(busy['/my']) <= 5 * median(quiet['/my']));
