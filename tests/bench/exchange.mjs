/*
 * exchange.mjs - a bank's nights of 1,000, 10,000 and 100,000 applications with photos (BENCH_RECORDS): export, beside what openssl needs
 * for the same bytes; then the bank's receipts and one status for each.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';
import { measure } from './processes.mjs';
import { aim, table } from './table.mjs';

const { BENCH_RECORDS = '1000 10000 100000', BUILD, VAR } = process.env;
const branches = { 102: '1020001', 103: '1030001', 104: '1040001', 105: '1050001' };
const sizes = BENCH_RECORDS.split(' ').map(Number);

/* Pictures as the picture worker leaves them, of citizens that web.mjs does not know. */
async function savePortrait(c) {
	await c.get('/apply/photos');
	const { text } = await c.request(c.page.match(/\/photo\/[0-9a-f]{32}/)[0]);
	const file = `${VAR}/portrait-${c.n}.jpg`;
	writeFileSync(file, text);
	return file;
}

const total = (list, figure) => list.reduce((sum, one) => sum + one[figure], 0);

/* openssl's three over all of the night's files. */
function compare(files) {
	const copy = `${VAR}/copy`;
	const commands = files.flatMap((file) => [
		['openssl enc -aes-256-ctr', ['enc', '-aes-256-ctr', '-K', '00'.repeat(32), '-iv', '00'.repeat(16), '-in', file, '-out', copy]],
		['openssl dgst -sha256', ['dgst', '-sha256', file]],
		['openssl dgst -sm3', ['dgst', '-sm3', file]]]);
	const all = commands.map(([what, args]) => measure(what, ['openssl', ...args]));
	rmSync(copy);
	return { seconds: total(all, 'seconds'), cpu: total(all, 'cpu') };
}

/* A bank for each size: it begins without a past. */
function night(records, first, bank, branch, portraits) {
	const out = `${VAR}/exchange/${bank}/outbound`;
	const sbk = (...args) => measure(`${records}: sbk ${args[0]}`, [`${BUILD}/bin/sbk`, ...args, '--bank', bank]);
	const theBank = (...args) => measure(`${records}: the bank ${args[0]}`, [process.execPath, fileURLToPath(new URL('../sandbox/bank.mjs', import.meta.url)),
		'--exchange', `${VAR}/exchange`, '--keys', `${VAR}/secrets/banks`, '--ledgers', `${VAR}/sandbox/banks`, '--bank', bank, ...args]);
	measure(`${records}: seeding`, [`${BUILD}/bench/seed`, bank, branch, String(first), String(records), ...portraits]);
	const exported = sbk('export');
	const files = readdirSync(out).filter((name) => name.endsWith('.xml.enc')).map((name) => join(out, name));
	const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
	const openssl = compare(files);
	theBank('--receive');
	const receipts = sbk('import');
	theBank('--steps', '1');
	return { records, bytes, exported, openssl, receipts, imported: sbk('import') };
}

const portraits = await Promise.all((await prepare(4, 1000)).map(savePortrait));
const banks = Object.entries(branches);
const nights = sizes.map((records, i) => night(records, i * 1000000, ...banks[i], portraits));

const rows = [['applications', 'MB', '', 's', 'CPU s', 'database CPU s', 'CPU µs a record', 'peak RSS MB', 's × openssl', 'CPU × openssl']];
for (const { records, bytes, exported, openssl, receipts, imported } of nights)
	for (const [what, one] of Object.entries({ export: exported, receipts, statuses: imported }))
		rows.push([records, (bytes / 1e6).toFixed(0), what, one.seconds.toFixed(1), one.cpu.toFixed(1), one.database.toFixed(1),
			((one.cpu + one.database) / records * 1e6).toFixed(0), one.mb.toFixed(0),
			...(one === exported ? [(one.seconds / openssl.seconds).toFixed(2), (one.cpu / openssl.cpu).toFixed(2)] : [])]);
table(rows);

const first = nights[0], last = nights.at(-1);
const times = (figure) => last.exported[figure] / last.openssl[figure];
const growth = (job, figure) => (last[job][figure] / last.records) / (first[job][figure] / first.records);
aim('export, seconds ≤ 2 × openssl\'s three', times('seconds').toFixed(2), times('seconds') <= 2);
aim('export, CPU without the database ≤ 2 × openssl\'s three', times('cpu').toFixed(2), times('cpu') <= 2);
aim('export, peak RSS ≤ 64 MB', last.exported.mb.toFixed(0), last.exported.mb <= 64, ' MB');
aim('import, peak RSS ≤ 64 MB', last.imported.mb.toFixed(0), last.imported.mb <= 64, ' MB');
const hundredThousand = last.imported.seconds * 100000 / last.records;
aim('import of 100,000 statuses ≤ 300 s', hundredThousand.toFixed(0), hundredThousand <= 300, ' s');
/* The small night's pictures are still in the database's memory: what reading them costs is not in its figure. */
for (const job of ['exported', 'imported'])
	for (const [whose, figure] of [['its own', 'cpu'], ["the database's", 'database']])
		aim(`${job}: a record of the largest night costs ≤ 1.2 × one of the smallest, ${whose} CPU`, growth(job, figure).toFixed(2), growth(job, figure) <= 1.2);
