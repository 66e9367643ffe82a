/* The bank's figures beside ours: the same night after night, and every difference told. */
import test, { before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const { BUILD, VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
const BANK = '304';
const sbk = (...args) => spawnSync(`${BUILD}/bin/sbk`, [...args, '--bank', BANK], { encoding: 'utf8' });
const theBank = (...args) => execFileSync('node', [join(root, 'tests/sandbox/bank.mjs'), '--exchange', join(VAR, 'exchange'),
	'--keys', join(VAR, 'secrets/banks'), '--bank', BANK, ...args], { stdio: 'pipe' });

/* A night; the answer of reconcile. */
function night(...args) {
	assert.equal(sbk('export').status, 0);
	theBank('--reconcile', ...args);
	assert.equal(sbk('import').status, 0);
	/* Within a second everything has the same age. */
	query(`UPDATE exchange_message SET created_at = created_at - 10 WHERE bank = '${BANK}' AND direction = 'out'`);
	return sbk('reconcile');
}

let no, order;
before(async () => {
	const branch = value(`SELECT code FROM branch WHERE bank = '${BANK}' AND open = 1 ORDER BY code LIMIT 1`);
	no = await new Citizen(person('ok', 13)).apply(undefined, { bank: BANK, branch });
});

test('a bank that has not reported yet differs in nothing', () => {
	assert.equal(sbk('reconcile').status, 0);
});

test('night by night the figures agree', () => {
	for (const steps of [1, 1, 1]) {
		const { status, stdout } = night('--steps', String(steps));
		assert.equal(status, 0, stdout);
		assert.equal(stdout, '');
	}
	order = value(`SELECT msg_id FROM exchange_record WHERE application = '${no}' AND direction = 'out'`);
	assert.deepEqual(query(`SELECT sent, accepted, in_production FROM reconciliation WHERE order_id = '${order}'`)[0], ['1', '1', '1']);
});

test('a figure that differs is told, with the order’s applications as we know them', () => {
	const { status, stdout, stderr } = night('--steps', '1', '--fault', 'figures');
	assert.equal(status, 1);
	assert.match(stdout, new RegExp(`^${BANK}  ${order}  ${BANK}-BJSSC-\\d{8}-\\d{6}$`, 'm'));
	assert.match(stdout, /^ {2}Produced +ours 1, the bank's 71$/m);
	assert.match(stdout, new RegExp(`^ +1 {2}${no}/1 {2}PRODUCED$`, 'm'));
	assert.match(stderr, new RegExp(`"event":"difference","bank":"${BANK}","msg_id":"${order}"`));
});

test('an order that the bank does not know, and one that is none of ours, are told', () => {
	query(`UPDATE reconciliation SET order_id = 'BJSSC-${BANK}-20200101-000001' WHERE order_id = '${order}'`);
	const { status, stdout } = sbk('reconcile');
	assert.equal(status, 1);
	assert.match(stdout, new RegExp(`^${BANK}  ${order}  the bank says nothing of it$`, 'm'));
	assert.match(stdout, new RegExp(`^${BANK}  BJSSC-${BANK}-20200101-000001  is no order of ours$`, 'm'));
});

test('the next report takes the place of the last one, and what is done need not stand in it', () => {
	assert.equal(night('--steps', '1').status, 0);
	const { status, stdout } = night('--steps', '1');
	assert.equal(status, 0, stdout);
	assert.equal(value(`SELECT state FROM application WHERE no = '${no}'`), 'COLLECTED');
	assert.equal(value(`SELECT COUNT(*) FROM reconciliation WHERE bank = '${BANK}'`), '0');
});
