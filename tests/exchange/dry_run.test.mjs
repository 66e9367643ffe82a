/* --dry-run says what the command would do, in the same words, and nothing of it stays. */
import test, { before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const { BUILD, SBK_CONF, VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
const BANK = '308';
/* A file for each application, so that a night has several. */
const conf = join(VAR, 'dry_run.hdf');
writeFileSync(conf, `#include "${SBK_CONF}"\nExchange.RecordsPerFile = 1\n`);

/* Exit code, and the lines without what differs by nature. */
function sbk(...args) {
	const { status, stderr } = spawnSync(`${BUILD}/bin/sbk`, args, { encoding: 'utf8', env: { ...process.env, SBK_CONF: conf } });
	const lines = stderr.trim().split('\n').map((line) => JSON.parse(line));
	return { status, said: lines.map(({ time, dry_run: _, ...rest }) => rest), dry: lines.map((line) => line.dry_run) };
}

/* All that a job of the exchange changes, with what lies in the folders. */
function everything() {
	const tables = ['application', 'application_event', 'audit', 'draft', 'exchange_message', 'exchange_record', 'exchange_sequence',
		'exchange_suspense', 'lease', 'outbox', 'photo', 'session', 'throttle'];
	const files = readdirSync(join(VAR, 'exchange'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
		.map((entry) => join(entry.path, entry.name)).sort();
	return [query(`CHECKSUM TABLE ${tables.join(', ')}`), files];
}

/* What the dry run says is what the command does then. */
function rehearsed(...args) {
	const before = everything(), dry = sbk(...args, '--dry-run');
	assert.deepEqual(everything(), before);
	assert.ok(dry.dry.every((mark) => mark === 1));
	const real = sbk(...args);
	assert.ok(real.dry.every((mark) => mark === undefined));
	assert.deepEqual([dry.status, dry.said], [real.status, real.said]);
	return real;
}

before(async () => {
	const branch = value(`SELECT code FROM branch WHERE bank = '${BANK}' AND open = 1 ORDER BY code LIMIT 1`);
	for (const n of [30, 31])
		await new Citizen(person('ok', n)).apply(undefined, { bank: BANK, branch });
	/* The job that sends messages is not to change anything meanwhile. */
	while (value("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'") !== '0')
		await sleep(20);
});

test('a dry export says which orders would go, under their numbers, and a real one sends these', () => {
	const { status, said } = rehearsed('export', '--bank', BANK);
	assert.equal(status, 0);
	assert.deepEqual(said.map(({ event, msg_id, records }) => [event, msg_id.slice(-6), records]),
		[['file_written', '000001', 1], ['file_written', '000002', 1]]);
});

test('a dry import says what each waiting file would come to, good or bad', () => {
	execFileSync('node', [join(root, 'tests/sandbox/bank.mjs'), '--exchange', join(VAR, 'exchange'), '--keys', join(VAR, 'secrets/banks'),
		'--ledgers', join(VAR, 'dry_run'), '--bank', BANK], { stdio: 'pipe' });
	const inbound = join(VAR, 'exchange', BANK, 'inbound');
	const last = readdirSync(inbound).filter((name) => name.endsWith('.enc')).sort().pop();
	writeFileSync(join(inbound, last), 'spoilt');
	writeFileSync(join(inbound, 'what is this'), '');
	const { status, said } = rehearsed('import', '--bank', BANK);
	assert.equal(status, 1);
	for (const event of ['import_strange_files', 'file_accepted', 'report_applied', 'import_rejected'])
		assert.ok(said.some((line) => line.event === event), event);
});

test('a dry retention counts what would be removed, and a real one removes it', () => {
	const old = "FROM throttle WHERE bucket = REPEAT('x', 32)";
	const counters = (...args) => sbk('retention', ...args).said.find(({ what }) => what === 'counters').removed;
	query("INSERT INTO throttle (bucket, resets_at, hits) VALUES (REPEAT('x', 32), 1, 1)");
	assert.ok(counters('--dry-run') >= 1);
	assert.equal(value(`SELECT COUNT(*) ${old}`), '1');
	assert.ok(counters() >= 1);
	assert.equal(value(`SELECT COUNT(*) ${old}`), '0');
});
