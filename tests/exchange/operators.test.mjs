/* What operators see of the exchange, by command and on their page: how it stands, what is an alarm, and what is in suspense. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { Operator } from '../operator.mjs';

const { BUILD, SBK_CONF, VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'sbk-operators-'));
after(() => rmSync(scratch, { recursive: true }));

const BANK = '305';
const sbk = (args, conf = SBK_CONF) => spawnSync(`${BUILD}/bin/sbk`, args, { encoding: 'utf8', env: { ...process.env, SBK_CONF: conf } });
const theBank = (...args) => execFileSync('node', [join(root, 'tests/sandbox/bank.mjs'), '--exchange', join(VAR, 'exchange'),
	'--keys', join(VAR, 'secrets/banks'), '--bank', BANK, ...args], { stdio: 'pipe' });

/* [exit code, the bank's standing]. */
function status(conf) {
	const { status, stdout, stderr } = sbk(['status', '--bank', BANK, '--json'], conf);
	const [standing] = JSON.parse(stdout);
	for (const { alarm } of standing.alarms)
		assert.match(stderr, new RegExp(`"event":"alarm_${alarm}","bank":"${BANK}"`));
	return { code: status, standing, alarms: standing.alarms.map(({ alarm }) => alarm) };
}

before(async () => {
	const branch = value(`SELECT code FROM branch WHERE bank = '${BANK}' AND open = 1 ORDER BY code LIMIT 1`);
	await new Citizen(person('ok', 12)).apply(undefined, { bank: BANK, branch });
	assert.equal(sbk(['export', '--bank', BANK]).status, 0);
});

test('a bank that has its order and has not answered yet is no alarm', () => {
	const { code, standing, alarms } = status();
	assert.deepEqual(alarms, []);
	assert.equal(code, 0);
	assert.equal(standing.bank, BANK);
	assert.equal(standing.order.records, 1);
	assert.equal(standing.order.state, 'WRITTEN');
	assert.equal(standing.unanswered, 1);
	assert.deepEqual(standing.open.map(({ state, number }) => [state, number]), [['SENT', 1]]);
	assert.deepEqual(standing.promise, { near: 0, late: 0 });
	assert.ok(standing.certificate.bank > 3000);
});

test('an order without its receipt, a night that did not run, and a bank without a report are alarms', () => {
	query(`UPDATE exchange_message SET created_at = created_at - 3 * 3600 WHERE bank = '${BANK}'`);
	assert.deepEqual(status().alarms, ['receipt']);
	query(`UPDATE exchange_message SET created_at = created_at - 30 * 3600 WHERE bank = '${BANK}'`);
	assert.deepEqual(status().alarms, ['night', 'receipt']);
	theBank();
	assert.equal(sbk(['import', '--bank', BANK]).status, 0);
	assert.deepEqual(status().alarms, ['night'], 'a fresh report');
	query(`UPDATE exchange_message SET created_at = created_at - 60 * 3600 WHERE bank = '${BANK}' AND type = 'ProductionStatusReport'`);
	const { code, alarms, standing } = status();
	assert.deepEqual(alarms, ['night', 'report']);
	assert.equal(code, 1);
	assert.equal(standing.answer.type, 'ProductionStatusReport');
	query(`UPDATE exchange_message SET created_at = UNIX_TIMESTAMP() WHERE bank = '${BANK}' AND state <> 'REJECTED'`);
	assert.deepEqual(status().alarms, []);
});

test('a file that waits too long, and one that was refused, are alarms', () => {
	const waiting = join(VAR, 'exchange', BANK, 'inbound', `${BANK}-BJSSC-20260101-000099.manifest.sig`);
	writeFileSync(waiting, '');
	assert.equal(status().standing.waiting, 1);
	assert.deepEqual(status().alarms, []);
	utimesSync(waiting, 1, Date.now() / 1000 - 25 * 3600);
	assert.deepEqual(status().alarms, ['gap']);
	rmSync(waiting);
	query(`INSERT INTO exchange_message (msg_id, bank, direction, type, business_date, records, state, reason, created_at)
		VALUES ('${BANK}-refused', '${BANK}', 'in', '', CURDATE(), 0, 'REJECTED', 'S01', UNIX_TIMESTAMP())`);
	assert.deepEqual(status().alarms, ['refused']);
	query(`UPDATE exchange_message SET created_at = created_at - 90000 WHERE msg_id = '${BANK}-refused'`);
	assert.deepEqual(status().alarms, []);
});

test('a promise that is about to be broken, or is, is an alarm', () => {
	for (const [days, promise] of [[5, { near: 1, late: 0 }], [-1, { near: 0, late: 1 }]]) {
		query(`UPDATE application SET promised_on = CURDATE() + INTERVAL ${days} DAY WHERE bank = '${BANK}' AND live = 1`);
		assert.deepEqual(status().alarms, ['promise']);
		assert.deepEqual(status().standing.promise, promise);
	}
	query(`UPDATE application SET promised_on = CURDATE() + INTERVAL 20 DAY WHERE bank = '${BANK}' AND live = 1`);
	assert.deepEqual(status().alarms, []);
});

test('a certificate that runs out soon, and keys that are not there, are alarms', () => {
	const conf = join(scratch, 'soon.hdf'), none = join(scratch, 'none.hdf');
	writeFileSync(conf, `#include "${SBK_CONF}"\nExchange.Alarm.Certificate = 5000\n`);
	assert.deepEqual(status(conf).alarms, ['certificate']);
	writeFileSync(none, `#include "${SBK_CONF}"\nExchange.Keys = ${scratch}\n`);
	assert.deepEqual(status(none).alarms, ['certificate']);
});

test('the lines and the metrics say the same', () => {
	const file = join(scratch, 'sbk.prom');
	const { status: code, stdout } = sbk(['status', '--bank', BANK, '--metrics', file]);
	assert.equal(code, 0);
	assert.match(stdout, new RegExp(`^${BANK} +BJSSC-${BANK}-\\d{8}-\\d{6} `, 'm'));
	const metrics = readFileSync(file, 'utf8');
	for (const line of metrics.trim().split('\n'))
		assert.match(line, /^sbk_exchange_[a-z_]+\{bank="305"(,[a-z]+="[A-Za-z_]+")?\} -?\d+$/);
	assert.match(metrics, /^sbk_exchange_unanswered\{bank="305"\} 0$/m);
	assert.match(metrics, /^sbk_exchange_open\{bank="305",state="PRODUCED"\} 1$/m);
});

test('what is in suspense is listed, becomes an alarm, and is settled by name, once', () => {
	const msg = value(`SELECT msg_id FROM exchange_message WHERE bank = '${BANK}' AND type = 'ProductionStatusReport' LIMIT 1`);
	query(`INSERT INTO exchange_suspense (msg_id, n, application, reason, noted_at) VALUES ('${msg}', 7, 'BJ260101NOBODY0007', 'unknown', UNIX_TIMESTAMP() - 49 * 3600)`);
	assert.deepEqual(status().alarms, ['suspense']);
	assert.match(sbk(['suspense', '--bank', BANK]).stdout, new RegExp(`${msg} +7 +BJ260101NOBODY0007 +unknown`));
	assert.equal(sbk(['suspense', 'list', '--bank', '102']).stdout.includes('NOBODY'), false);
	assert.equal(sbk(['suspense', 'resolve', msg, '7']).status, 2, 'by whom?');
	assert.equal(sbk(['suspense', 'resolve', msg, '7', '--by', 'zhang']).status, 2, 'why?');
	assert.equal(sbk(['suspense', 'resolve', msg, '7', '--by', 'zhang', '--why', 'the bank has mended it']).status, 0);
	assert.equal(sbk(['suspense', 'resolve', msg, '7', '--by', 'li', '--why', 'once more']).status, 1);
	assert.deepEqual(query(`SELECT resolved_by, resolved_why FROM exchange_suspense WHERE msg_id = '${msg}' AND n = 7`)[0], ['zhang', 'the bank has mended it']);
	assert.equal(value(`SELECT COUNT(*) FROM audit WHERE action = 'suspense_resolved' AND actor = 'zhang'`), '1');
	assert.deepEqual(status().alarms, []);
});

/* ---- the same on the page ---- */

const page = async (path) => {
	const { status, text } = await new Operator(null).request(path);
	assert.equal(status, 200, path);
	return text;
};
/* The row, or sheet, that has these words; without tags. */
const words = (html) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const row = (html, text) => words(html.match(/<tr>[^]*?<\/tr>/g).find((tr) => tr.includes(text)) ?? '');
const order = () => value(`SELECT msg_id FROM exchange_message WHERE bank = '${BANK}' AND direction = 'out' ORDER BY seq LIMIT 1`);

test('the page shows a bank as sbk status has seen it last, and says when that is too long ago', async () => {
	query(`UPDATE exchange_message SET created_at = UNIX_TIMESTAMP() - 30 * 3600 WHERE bank = '${BANK}' AND direction = 'out'`);
	assert.deepEqual(status().alarms, ['night']);
	assert.match(row(await page('/operators'), `/bank/${BANK}"`), / 没有发出订单 (.* )?已接收 30 小时前 .* 0 分钟前 /);
	query(`UPDATE exchange_message SET created_at = UNIX_TIMESTAMP() WHERE bank = '${BANK}' AND state <> 'REJECTED'`);
	assert.match(row(await page('/operators'), `/bank/${BANK}"`), /没有发出订单/, 'nothing new until sbk status has looked');
	assert.deepEqual(status().alarms, []);
	assert.match(row(await page('/operators'), `/bank/${BANK}"`), / 正常 /);
	query(`UPDATE snapshot SET at = at - 7300 WHERE bank = '${BANK}'`);
	assert.match(row(await page('/operators'), `/bank/${BANK}"`), / 数字已旧 .* 2 小时前 /);
	query(`DELETE FROM snapshot WHERE bank = '${BANK}'`);
	assert.match(row(await page('/operators'), `/bank/${BANK}"`), / 还没有查看过 /);
	status();
});

test('a night stands on the bank’s page, file by file, with receipt and digest, and nothing of the citizen', async () => {
	const html = await page(`/operators/bank/${BANK}`), who = person('ok', 12), id = order();
	const [[digest]] = query(`SELECT LOWER(HEX(digest)) FROM exchange_message WHERE msg_id = '${id}'`);
	const receipt = value(`SELECT msg_id FROM exchange_message WHERE original = '${id}' AND type = 'FileReceipt'`);
	assert.match(row(html, `<div class="number">${id}</div>`), new RegExp(`→ 发出 制卡订单 ${id} 1 已接收 回执 ${receipt}，.* SHA-256 ${id} ${digest} `));
	assert.match(row(html, `<div class="number">${receipt}</div>`), new RegExp(`← 收到 文件回执 ${receipt} 答复 ${id} .* 已处理 `));
	assert.match(row(html, `<div class="number">${BANK}-refused</div>`), /已拒收 S01 签名不符/);
	for (const personal of [who.name, who.id_number, who.phone].filter(Boolean))
		for (const path of ['/operators', `/operators/bank/${BANK}`, '/operators/rejects/7', '/operators/suspense'])
			assert.ok(!(await page(path)).includes(personal), `${path} shows ${personal}`);
	const earlier = /href="([^"]*)">更早</.exec(html)[1];
	assert.match(await page(earlier), /这几天没有文件/);
});

test('what was refused is counted by reason and by bank, and only what was applied', async () => {
	const report = value(`SELECT msg_id FROM exchange_message WHERE bank = '${BANK}' AND type = 'ProductionStatusReport' LIMIT 1`);
	query(`INSERT INTO exchange_record (msg_id, n, application, attempt, direction, status, reason, outcome) VALUES
		('${report}', 901, 'X1', 1, 'in', 'REJECTED', 'D06', 'APPLIED'), ('${report}', 902, 'X2', 1, 'in', 'REJECTED', 'D06', 'APPLIED'),
		('${report}', 903, 'X3', 1, 'in', 'RETURNED', 'L02', 'APPLIED'), ('${report}', 904, 'X4', 1, 'in', 'REJECTED', 'D05', 'LATE'),
		('${report}', 905, 'X5', 1, 'in', 'PRODUCED', NULL, 'APPLIED')`);
	const html = await page(`/operators/rejects/7/${BANK}`);
	assert.match(row(html, 'D06'), / D06 照片 2 $/);
	assert.match(row(html, 'L02'), / L02 无人签收 1 $/);
	assert.match(row(html, 'S01'), / S01 签名不符 1 $/);
	assert.doesNotMatch(html, /D05/);
	assert.match(html, /<rect width="50" height="10"\/>/);
	assert.match(row(await page('/operators/rejects/30'), `/rejects/30/${BANK}"`), / 3 共 1 件，300\.0% $/);
	query(`UPDATE exchange_message SET business_date = business_date - INTERVAL 10 DAY WHERE msg_id = '${report}'`);
	assert.doesNotMatch(await page(`/operators/rejects/7/${BANK}`), /D06/);
	assert.match(await page(`/operators/rejects/30/${BANK}`), /D06/);
	query(`UPDATE exchange_message SET business_date = business_date + INTERVAL 10 DAY WHERE msg_id = '${report}'`);
	query(`DELETE FROM exchange_record WHERE msg_id = '${report}' AND n > 900`);
});

test('what is in suspense is settled on the page with a reason, by name, once', async () => {
	const msg = value(`SELECT msg_id FROM exchange_message WHERE bank = '${BANK}' AND type = 'ProductionStatusReport' LIMIT 1`);
	const o = new Operator(null);
	query(`INSERT INTO exchange_suspense (msg_id, n, application, reason, noted_at) VALUES ('${msg}', 8, 'BJ260101NOBODY0008', 'unknown', UNIX_TIMESTAMP())`);
	await o.get('/operators/suspense');
	assert.match(words(o.page), new RegExp(`BJ260101NOBODY0008 问题 没有这个申请编号 文件和记录号 ${msg} / 8 `));
	for (const why of ['', ' ', '长'.repeat(201)]) {
		assert.equal((await o.post({ msg_id: msg, n: '8', why })).status, 422);
		assert.match(o.page, /<a href="#why-\d+">/);
		assert.match(o.page, /aria-invalid="true"/);
	}
	const why = '银行已更正 <b>';
	assert.match((await o.post({ msg_id: msg, n: '8', why })).to, /notice=settled$/);
	assert.match((await o.post({ msg_id: msg, n: '8', why: 'again' })).to, /notice=settled_before$/);
	assert.deepEqual(query(`SELECT resolved_by, resolved_why FROM exchange_suspense WHERE msg_id = '${msg}' AND n = 8`)[0], ['operator', why]);
	assert.equal(value(`SELECT COUNT(*) FROM audit WHERE action = 'suspense_resolved' AND actor = 'operator' AND subject = '${msg}' AND detail = 'record=8'`), '1');
	await o.get('/operators/suspense?notice=settled');
	assert.match(o.page, /已记下/);
	assert.doesNotMatch(o.page, /NOBODY0008/);
});

test('where the figures differ stands on the bank’s page as sbk reconcile has found it last', async () => {
	const msg = value(`SELECT msg_id FROM exchange_message WHERE bank = '${BANK}' AND type = 'ProductionStatusReport' LIMIT 1`);
	assert.match(words(await page(`/operators/bank/${BANK}`)), /对账差异 还没有查看过/);
	query(`INSERT INTO exchange_message (msg_id, bank, direction, type, seq, business_date, records, state, created_at)
		VALUES ('${BANK}-figures', '${BANK}', 'in', 'ReconciliationReport', 999999, CURDATE(), 1, 'APPLIED', UNIX_TIMESTAMP() + 10)`);
	query(`INSERT INTO reconciliation VALUES ('${BANK}', '${order()}', '${msg}', 1, 1, 0, 1, 7, 0, 0)`);
	assert.equal(sbk(['reconcile', '--bank', BANK]).status, 1);
	assert.match(words(await page(`/operators/bank/${BANK}`)), new RegExp(`对账差异 ${order()} 报告 ${msg} 已制卡 本局 1，银行 7 对账时间 0 分钟前`));
	query(`DELETE FROM reconciliation WHERE bank = '${BANK}'`);
	query(`DELETE FROM exchange_message WHERE msg_id = '${BANK}-figures'`);
	assert.equal(sbk(['reconcile', '--bank', BANK]).status, 0);
	assert.match(words(await page(`/operators/bank/${BANK}`)), /银行的数字与本局一致/);
});

test('every command says how it is called', () => {
	const all = sbk(['--help']).stdout;
	for (const [, name] of all.matchAll(/^ {2}([a-z]+) /gm)) {
		const one = sbk([name, '--help']);
		assert.equal(one.status, 0, name);
		assert.match(one.stdout, new RegExp(`^usage: sbk ${name}`));
	}
	const wrong = sbk(['status', '--nonsense']);
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /usage: sbk status/);
});
