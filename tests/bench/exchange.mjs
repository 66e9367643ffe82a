/*
 * exchange.mjs - a bank's night of BENCH_RECORDS applications with photos: export, beside what openssl needs for the
 * same bytes; then the bank's receipt and one status for each.
 */
import { execFileSync } from 'node:child_process';
import { openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';
import { meter } from './processes.mjs';
import { aim, progress, table } from './table.mjs';

const { BENCH_RECORDS = '20000', BUILD, SBK_CONF, VAR } = process.env;
const bank = '102', branch = '1020001';
const out = `${VAR}/exchange/${bank}/outbound`;
const env = { ...process.env, SBK_CONF };
const log = openSync(`${VAR}/log/bench.log`, 'a');
const rows = [['', 's', 'MB/s', 'CPU s', 'database CPU s', 'peak RSS MB']];

function measured(what, bytes, command) {
	progress(what);
	const used = meter([['mariadb']]);
	execFileSync(`${BUILD}/bench/measure`, [`${VAR}/measured`, ...command], { env, stdio: ['ignore', log, log] });
	const [database] = used();
	const [seconds, cpu, kb] = readFileSync(`${VAR}/measured`, 'utf8').split(' ').map(Number);
	const size = bytes?.();
	rows.push([what, seconds.toFixed(1), size ? (size / seconds / 1e6).toFixed(0) : '', cpu.toFixed(1), (database / 1e6).toFixed(1),
		(kb / 1024).toFixed(0)]);
	return { seconds, cpu, mb: kb / 1024, size };
}

const sbk = (...args) => [`${BUILD}/bin/sbk`, ...args, '--bank', bank];
const theBank = (...args) => [process.execPath, fileURLToPath(new URL('../sandbox/bank.mjs', import.meta.url)), '--exchange', `${VAR}/exchange`,
	'--keys', `${VAR}/secrets/banks`, '--ledgers', `${VAR}/sandbox/banks`, '--bank', bank, ...args];
const content = () => `${out}/${readdirSync(out).find((name) => name.endsWith('.xml.enc'))}`;
const size = () => statSync(content()).size;

/* Pictures as the picture worker leaves them, of citizens that web.mjs does not know. */
async function savePortrait(c) {
	await c.get('/apply/photos');
	const { text } = await c.request(c.page.match(/\/photo\/[0-9a-f]{32}/)[0]);
	const file = `${VAR}/portrait-${c.n}.jpg`;
	writeFileSync(file, text);
	return file;
}

const portraits = await Promise.all((await prepare(4, 1000)).map(savePortrait));
measured(`seeding ${BENCH_RECORDS} applications`, undefined, [`${BUILD}/bench/seed`, bank, branch, BENCH_RECORDS, ...portraits]);
const exported = measured('sbk export', size, sbk('export'));

const copy = `${VAR}/copy`;
const openssl = [
	['openssl enc -aes-256-ctr', ['enc', '-aes-256-ctr', '-K', '00'.repeat(32), '-iv', '00'.repeat(16), '-in', content(), '-out', copy]],
	['openssl dgst -sha256', ['dgst', '-sha256', content()]],
	['openssl dgst -sm3', ['dgst', '-sm3', content()]],
].map(([what, args]) => measured(what, size, ['openssl', ...args]));
rmSync(copy);
const sum = (figure) => openssl.reduce((total, one) => total + one[figure], 0);

measured('the bank reads, and writes its receipt', undefined, theBank('--receive'));
measured('sbk import, the receipt', undefined, sbk('import'));
measured('the bank writes a status each', undefined, theBank('--steps', '1'));
const imported = measured('sbk import, the statuses', undefined, sbk('import'));

const kilobytes = portraits.map((file) => Math.round(statSync(file).size / 1024));
console.log(`${BENCH_RECORDS} applications, ${(exported.size / 1e6).toFixed(0)} MB, portraits of ${kilobytes.join(', ')} KB\n`);
table(rows);
const times = (x) => `${x.toFixed(2)} × openssl`;
aim('export, seconds ≤ 2 × openssl\'s three', times(exported.seconds / sum('seconds')), exported.seconds <= 2 * sum('seconds'));
aim('export, CPU without the database ≤ 2 × openssl\'s three', times(exported.cpu / sum('cpu')), exported.cpu <= 2 * sum('cpu'));
aim('export, peak RSS ≤ 64 MB', exported.mb.toFixed(0), exported.mb <= 64, ' MB');
aim('import, peak RSS ≤ 64 MB', imported.mb.toFixed(0), imported.mb <= 64, ' MB');
const hundredThousand = imported.seconds * 100000 / Number(BENCH_RECORDS);
aim('import of 100,000 statuses ≤ 600 s', hundredThousand.toFixed(0), hundredThousand <= 600, ' s');
