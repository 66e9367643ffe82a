/* What a bank sent back: only what is wrong opens again, and it goes out anew under the same number. */
import test, { afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Citizen, citizens, faults } from '../citizen.mjs';
import { fingerprint, query, value } from '../database.mjs';
import { three } from '../pictures.mjs';
import { portraitOf } from '../sandbox/pictures/portraits.mjs';

const mine = citizens.filter((c) => c.kind === 'ok' && c.account !== false).slice(-4);

/* Each of them begins anew, here and in the tests to come. */
const made = [];
afterEach(() => {
	for (const no of made.splice(0)) {
		query(`DELETE FROM draft WHERE person = (SELECT person FROM application WHERE no = '${no}')`);
		query(`UPDATE application SET live = NULL, state = 'WITHDRAWN' WHERE no = '${no}'`);
	}
});

/* Submitted, and sent back for that reason. */
async function sentBack(n, state, reason) {
	const c = new Citizen(mine[n]);
	c.no = await c.apply();
	made.push(c.no);
	query(`UPDATE application SET state = '${state}', live = ${state === 'FAILED' ? 'NULL' : 1}, reason = '${reason}' WHERE no = '${c.no}'`);
	query(`INSERT INTO application_event (application, n, state, at, cause, reason) VALUES ('${c.no}', 2, '${state}', UNIX_TIMESTAMP(), 'test', '${reason}')`);
	c.at = `/my/correct/${c.no}`;
	return c;
}

const opened = (html) => [...new Set([...html.matchAll(/<(?:input|select|textarea)[^>]* id="([a-z_]+)"[^>]* name="\1"/g)].map((m) => m[1]))].filter((name) => !name.startsWith('insist'));
const standing = (no) => query(`SELECT state, attempt, COALESCE(live, '-'), COALESCE(reason, '-') FROM application WHERE no = '${no}'`)[0].join(' ');

test('each reason opens its fields and no others, and the list leads there', async () => {
	const c = await sentBack(0, 'REJECTED', 'D06');
	for (const [state, reason, fields] of [['REJECTED', 'D06', ['portrait']], ['REJECTED', 'D05', ['branch']], ['REJECTED', 'B03', ['phone']],
		['REJECTED', 'B01', ['bank', 'branch']], ['REJECTED', 'D02', ['id_valid_from', 'id_valid_to', 'id_front', 'id_back']],
		['RETURNED', 'L01', ['branch']], ['REJECTED', 'D04', ['address']]]) {
		query(`UPDATE application SET state = '${state}', reason = '${reason}' WHERE no = '${c.no}'`);
		assert.match((await c.get('/my')).text, new RegExp(`href="${c.at}"`), reason);
		assert.equal((await c.get(c.at)).status, 200);
		assert.deepEqual(opened(c.page).sort(), [...fields].sort(), reason);
	}
	for (const reason of ['D01', 'D03', 'X99']) {
		query(`UPDATE application SET state = 'REJECTED', reason = '${reason}' WHERE no = '${c.no}'`);
		const { text } = await c.get('/my');
		assert.doesNotMatch(text, /my\/correct|更正并重新提交|您更正|重新送到银行/, reason);
		assert.match(text, /撤回后重新申请/, reason);
		assert.equal((await c.get(c.at)).to, '/my', reason);
	}
});

test('a refused portrait is taken anew: judged like any other, and it goes out as the next attempt', async () => {
	const c = await sentBack(0, 'REJECTED', 'D06');
	const before = fingerprint();
	await c.get(c.at);
	assert.equal(fingerprint(), before, 'looking writes nothing');
	assert.match(c.page, /照片不合制卡要求/);
	const empty = await c.post({ intent: 'next' });
	assert.equal(empty.status, 422);
	assert.deepEqual(faults(c.page), ['portrait']);
	await c.get(c.at);
	const bad = await c.post({ intent: 'next' }, { files: { portrait: { bytes: await portraitOf(1, 'background'), filename: 'p.jpg' } } });
	assert.equal(bad.status, 422);
	assert.match(c.page, /背景不是浅色/);
	await c.get(c.at);
	const good = await c.post({ intent: 'next' }, { files: { portrait: (await three(c.who)).portrait } });
	assert.equal(good.to, `${c.at}?notice=pictures`);
	await c.get(good.to);
	assert.match(c.page, /卡面上会印成这样/);
	const old = value(`SELECT HEX(portrait) FROM application WHERE no = '${c.no}'`);
	const sent = await c.post({ intent: 'next' });
	assert.equal(sent.to, '/my?notice=corrected');
	assert.equal(standing(c.no), 'SUBMITTED 2 1 -');
	assert.notEqual(value(`SELECT HEX(portrait) FROM application WHERE no = '${c.no}'`), old);
	assert.equal(value(`SELECT COUNT(*) FROM audit WHERE action = 'correct' AND subject = '${c.no}'`), '1');
	/* Pressed again. */
	assert.equal((await c.post({ intent: 'next' })).to, '/my');
	assert.equal(standing(c.no), 'SUBMITTED 2 1 -');
	execFileSync(`${process.env.BUILD}/bin/sbk`, ['export', '--bank', value(`SELECT bank FROM application WHERE no = '${c.no}'`)], { stdio: 'pipe' });
	assert.equal(value(`SELECT attempt FROM exchange_record WHERE application = '${c.no}' AND direction = 'out'`), '2');
	assert.equal(standing(c.no).split(' ')[0], 'SENT');
});

test('what did not open stays as it is, whatever the form says', async () => {
	const c = await sentBack(1, 'REJECTED', 'B03');
	const chosen = () => query(`SELECT bank, branch FROM application WHERE no = '${c.no}'`)[0].join(' '), before = chosen();
	await c.get(c.at);
	assert.equal((await c.post({ intent: 'next', phone: '13900000009', bank: '403', branch: '4030002', name: '别人' })).to, '/my?notice=corrected');
	assert.equal(chosen(), before);
});

test('a wrong answer comes back with its sentence, and what was typed', async () => {
	const c = await sentBack(1, 'REJECTED', 'D04');
	await c.get(c.at);
	const answer = await c.post({ intent: 'next', address: '北京' });
	assert.equal(answer.status, 422);
	assert.deepEqual(faults(c.page), ['address']);
	assert.match(c.page, /value="北京"|>北京</);
	assert.equal(standing(c.no), 'REJECTED 1 1 D04');
});

test('a branch that was not chosen is asked for again, among those of the bank', async () => {
	const c = await sentBack(1, 'REJECTED', 'D05');
	await c.get(c.at);
	const branches = () => [...c.page.matchAll(/<option value="(\d{7})"/g)].length;
	const all = branches();
	assert.ok(all > 3);
	for (let n = 0; n < 2; n++) {
		assert.equal((await c.post({ intent: 'next', branch: '' })).status, 422);
		assert.deepEqual(faults(c.page), ['branch']);
		assert.equal(branches(), all);
	}
	await c.get(c.at);
	assert.equal(branches(), all);
	assert.equal(standing(c.no), 'REJECTED 1 1 D05');
});

test('mail that came back is fetched at a branch', async () => {
	const c = await sentBack(2, 'RETURNED', 'L01');
	await c.get(c.at);
	const branch = value(`SELECT b.code FROM branch b JOIN application a ON a.bank = b.bank WHERE a.no = '${c.no}' AND b.open = 1 AND b.code <> a.branch ORDER BY b.code LIMIT 1`);
	assert.equal((await c.post({ intent: 'next', branch })).to, '/my?notice=corrected');
	assert.equal(value(`SELECT branch FROM application WHERE no = '${c.no}'`), branch);
	assert.equal(standing(c.no), 'SUBMITTED 2 1 -');
});

test('what failed is submitted again with one press, unless another one goes on', async () => {
	const c = await sentBack(3, 'FAILED', 'P02');
	await c.get(c.at);
	assert.deepEqual(opened(c.page), []);
	assert.equal((await c.post({ intent: 'next' })).to, '/my?notice=corrected');
	assert.equal(standing(c.no), 'SUBMITTED 2 1 -');
	query(`UPDATE application SET state = 'FAILED', live = NULL, reason = 'P02' WHERE no = '${c.no}'`);
	const other = await c.apply();
	made.push(other);
	await c.get(c.at);
	assert.equal((await c.post({ intent: 'next' })).status, 422);
	assert.match(c.page, /已经有一份正在办理的申请/);
	assert.equal(standing(c.no).split(' ')[0], 'FAILED');
	assert.equal(standing(other).split(' ')[0], 'SUBMITTED');
});

test('what failed does not take the place of another one that she has begun', async () => {
	const c = await sentBack(3, 'FAILED', 'D06');
	await c.disclaimer();
	await c.photos();
	const draft = () => value('SELECT MAX(version) FROM draft');
	const before = draft();
	assert.equal((await c.get(c.at)).to, '/my');
	assert.equal(draft(), before);
	assert.equal((await c.get('/apply/details')).status, 200);
});

test("somebody else's application is as unknown as none", async () => {
	const c = await sentBack(0, 'REJECTED', 'D05'), thief = new Citizen(mine[1]);
	await thief.login();
	assert.equal((await thief.get(c.at)).to, '/my');
	await thief.get('/my');
	assert.ok([303, 400].includes((await thief.post({ intent: 'next', branch: '1020002', version: '0' }, { path: c.at })).status));
	assert.equal(standing(c.no), 'REJECTED 1 1 D05');
});

test('ten presses at once make one attempt', async () => {
	const c = await sentBack(1, 'REJECTED', 'B03');
	await c.get(c.at);
	const answers = await Promise.all(Array.from({ length: 10 }, () => c.post({ intent: 'next', phone: '13900000009' })));
	assert.deepEqual(answers.filter(({ status }) => status !== 303), []);
	assert.equal(standing(c.no), 'SUBMITTED 2 1 -');
	assert.equal(value(`SELECT COUNT(*) FROM application_event WHERE application = '${c.no}' AND state = 'SUBMITTED'`), '2');
});
