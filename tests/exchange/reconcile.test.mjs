/* The bank's figures beside ours, and ours beside the bank's: the same night after night, and every difference told. */
import test, { before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const { BUILD, VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
/* One bank is compared with us, the other gets our reports: no, order: of its citizen, the newest one first. */
const [THEIRS, OURS] = ['304', '303'];
const sbk = (command, bank) => spawnSync(`${BUILD}/bin/sbk`, [command, '--bank', bank], { encoding: 'utf8' });
const bankOf = (bank, ...args) => execFileSync('node', [join(root, 'tests/sandbox/bank.mjs'), '--exchange', join(VAR, 'exchange'),
	'--keys', join(VAR, 'secrets/banks'), '--bank', bank, ...args], { encoding: 'utf8' });

/* A night; the answer of reconcile. */
function night(bank, ...args) {
	assert.equal(sbk('export', bank).status, 0);
	bankOf(bank, '--reconcile', ...args);
	assert.equal(sbk('import', bank).status, 0);
	/* Within a second everything has the same age. */
	query(`UPDATE exchange_message SET created_at = created_at - 10 WHERE bank = '${bank}' AND direction = 'out'`);
	return morning(bank);
}

/* A day has one report of ours. */
function morning(bank) {
	query(`UPDATE exchange_message SET business_date = business_date - INTERVAL 1 DAY WHERE bank = '${bank}' AND type = 'ReconciliationReport'`);
	return sbk('reconcile', bank);
}

const applications = {};
const orderOf = (bank) => value(`SELECT msg_id FROM exchange_record WHERE application = '${applications[bank]}' AND direction = 'out'`);
const stateOf = (bank) => value(`SELECT state FROM application WHERE no = '${applications[bank]}'`);
before(async () => {
	for (const [bank, n] of [[THEIRS, 13], [OURS, 14]]) {
		const branch = value(`SELECT code FROM branch WHERE bank = '${bank}' AND open = 1 ORDER BY code LIMIT 1`);
		applications[bank] = await new Citizen(person('ok', n)).apply(undefined, { bank, branch });
	}
});

test('a bank that has not reported yet differs in nothing', () => {
	assert.equal(sbk('reconcile', THEIRS).status, 0);
});

test('night by night the figures agree', () => {
	for (const steps of [1, 1, 1]) {
		const { status, stdout } = night(THEIRS, '--steps', String(steps));
		assert.equal(status, 0, stdout);
		assert.equal(stdout, '');
	}
	assert.deepEqual(query(`SELECT sent, accepted, in_production FROM reconciliation WHERE order_id = '${orderOf(THEIRS)}'`)[0], ['1', '1', '1']);
});

test('a figure that differs is told, with the order’s applications as we know them', () => {
	const { status, stdout, stderr } = night(THEIRS, '--steps', '1', '--fault', 'figures');
	assert.equal(status, 1);
	assert.match(stdout, new RegExp(`^${THEIRS}  ${orderOf(THEIRS)}  ${THEIRS}-BJSSC-\\d{8}-\\d{6}$`, 'm'));
	assert.match(stdout, /^ {2}Produced +ours 1, the bank's 71$/m);
	assert.match(stdout, new RegExp(`^ +1 {2}${applications[THEIRS]}/1 {2}PRODUCED$`, 'm'));
	assert.match(stderr, new RegExp(`"event":"difference","bank":"${THEIRS}","msg_id":"${orderOf(THEIRS)}"`));
});

test('an order that the bank does not know, and one that is none of ours, are told', () => {
	query(`UPDATE reconciliation SET order_id = 'BJSSC-${THEIRS}-20200101-000001' WHERE order_id = '${orderOf(THEIRS)}'`);
	const { status, stdout } = sbk('reconcile', THEIRS);
	assert.equal(status, 1);
	assert.match(stdout, new RegExp(`^${THEIRS}  ${orderOf(THEIRS)}  the bank says nothing of it$`, 'm'));
	assert.match(stdout, new RegExp(`^${THEIRS}  BJSSC-${THEIRS}-20200101-000001  is no order of ours$`, 'm'));
});

test('the next report takes the place of the last one, and what is done need not stand in it', () => {
	assert.equal(night(THEIRS, '--steps', '1').status, 0);
	const { status, stdout } = night(THEIRS, '--steps', '1');
	assert.equal(status, 0, stdout);
	assert.equal(stateOf(THEIRS), 'COLLECTED');
	assert.equal(value(`SELECT COUNT(*) FROM reconciliation WHERE bank = '${THEIRS}'`), '0');
});

const exchange = (...names) => join(VAR, 'exchange', OURS, ...names);
const reports = () => query(`SELECT msg_id, state FROM exchange_message WHERE bank = '${OURS}' AND direction = 'out'
	AND type = 'ReconciliationReport' ORDER BY seq DESC`);

/* What the bank says of our newest report, which it takes now. */
function heard() {
	const [[id]] = reports();
	const said = bankOf(OURS, '--receive').split('\n').find((line) => line.includes(id));
	assert.equal(sbk('import', OURS).status, 0);
	return { id, said };
}

test('our own report goes to the bank every day, is answered with a receipt, and agrees with the bank’s books', () => {
	for (const steps of [1, 1]) {
		assert.equal(night(OURS, '--steps', String(steps)).status, 0);
		const { id, said } = heard();
		assert.equal(said, `${OURS}  ReconciliationReport  ${id}  ACCEPTED  1 records`);
		assert.equal(reports()[0][1], 'ACCEPTED');
		assert.ok(existsSync(exchange('archive', `${id}.xml.enc`)) && !existsSync(exchange('outbound', `${id}.xml.enc`)));
	}
});

test('a day has one report of ours, however often it is asked for', () => {
	const earlier = reports().length;
	assert.equal(sbk('reconcile', OURS).status, 0);
	assert.equal(reports().length, earlier);
});

test('a report that was cut off is written again with the same bytes, and so is one that is asked for again', () => {
	assert.equal(night(OURS, '--steps', '1').status, 0);
	const [[id]] = reports();
	const file = exchange('outbound', `${id}.xml.enc`), bytes = readFileSync(file);
	query(`UPDATE exchange_message SET state = 'MARKED' WHERE msg_id = '${id}'`);
	assert.equal(sbk('export', OURS).status, 0);
	assert.deepEqual(readFileSync(file), bytes);
	assert.equal(spawnSync(`${BUILD}/bin/sbk`, ['resend', id]).status, 0);
	assert.deepEqual(readFileSync(file), bytes);
	assert.match(heard().said, / {2}ACCEPTED {2}1 records$/);
});

test('the bank tells on which order the bureau has other figures', () => {
	query(`UPDATE exchange_record SET outcome = 'LATE' WHERE application = '${applications[OURS]}' AND direction = 'in'`);
	morning(OURS);
	assert.match(heard().said, new RegExp(` {2}1 records {2}differs on ${orderOf(OURS)}$`));
	query(`UPDATE exchange_record SET outcome = 'APPLIED' WHERE application = '${applications[OURS]}' AND direction = 'in'`);
});

test('an order that is done is settled, and stands in no report of ours any more', () => {
	for (let nights = 0; nights < 3; nights++)
		night(OURS);
	assert.equal(stateOf(OURS), 'COLLECTED');
	assert.match(heard().said, / {2}ACCEPTED {2}0 records$/);
	assert.equal(value(`SELECT COUNT(*) FROM exchange_message WHERE bank = '${OURS}' AND direction = 'out'
		AND type = 'CardProductionOrder' AND settled = 0 AND state = 'ACCEPTED'`), '0');
});
