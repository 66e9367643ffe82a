/* Every way in which the sandbox's banks can misbehave (tests/sandbox/bank/fault.mjs), and what the bureau says of it. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { events, inParts, Room } from '../month/room.mjs';
import { codeOf, faults } from '../sandbox/bank/fault.mjs';
import { banks as all } from '../sandbox/bank/night.mjs';
import { profileOf } from '../sandbox/bank/envelope.mjs';
import { pairs } from '../sandbox/bank/pairs.mjs';

const banks = all.map(({ code }) => code);
/* First those that want nothing to have gone wrong yet, last those that want a past. Three want a good night before: three banks have one. */
const wantGoodNight = ['content', 'number', 'twice'];
const rank = ({ told, hand, rests, entries }) => told.event === 'nothing_received' ? 0 : hand || rests || entries ? 2 : 1;
const names = Object.keys(faults).filter((name) => !wantGoodNight.includes(name)).sort((a, b) => rank(faults[a]) - rank(faults[b]));
const places = banks.length - wantGoodNight.length;
const rounds = [[...wantGoodNight.map(() => undefined), ...names.slice(0, places)], [...wantGoodNight, ...names.slice(places, 2 * places)], names.slice(2 * places)];
/* The one whose figures are wrong has some every night. */
const counted = banks[rounds.find((round) => round.includes('figures')).indexOf('figures')];
const dates = ['2026-12-07', '2026-12-08', '2026-12-09', '2026-12-10'];
const branches = JSON.parse(readFileSync(new URL('../sandbox/branches.json', import.meta.url), 'utf8'));
const branch = (bank) => branches.find((one) => one.bank === bank && one.open).code;
const room = new Room(`${dates[0]}T09:00`);
let last; /* what was told when all was put right */
const heard = new Map(); /* by name of the fault: what was told of its bank */

/* An application for each bank; then export, the banks, import. The events, in order. */
async function night(n, wrong) {
	room.at(`${dates[n]}T10:00`);
	await room.citizens(banks.map((bank, i) => `apply ${n * banks.length + i} ${bank} ${branch(bank)} branch`));
	room.at(`${dates[n]}T22:00`);
	await room.sbk(['export', '--date', dates[n]]);
	room.at(`${dates[n]}T23:00`);
	/* In the first night everything is refused, so that something rests. */
	const options = ['--date', dates[n], '--steps', '1', ...(n === 0 ? ['--refuse', 'D06'] : [])];
	const work = (part, ...more) => room.bank(...options, ...more, ...part.flatMap((bank) => ['--bank', bank]),
		...part.map((bank) => [bank, wrong[banks.indexOf(bank)]]).filter(([, name]) => name).flatMap((pair) => ['--fault', pair.join('=')]));
	await Promise.all([work([counted], '--reconcile'), ...inParts(banks.filter((bank) => bank !== counted)).map((part) => work(part))]);
	room.at(`${dates[n]}T23:30`);
	const said = [await room.sbk(['import']), await room.sbk(['reconcile'])];
	return said.flatMap(({ err }) => events(err));
}

before(async () => {
	await room.open();
	for (const [n, wrong] of rounds.entries()) {
		const told = await night(n, wrong);
		for (const [i, name] of wrong.entries())
			heard.set(name, { bank: banks[i], told: told.filter(({ bank }) => bank === banks[i]) });
	}
	last = await night(rounds.length, []);
});
after(() => room.close());

for (const [name, row] of Object.entries(faults)) {
	test(`${name}: ${row.says}: ${row.told.event} ${codeOf(row, 'intl') ?? ''}`, () => {
		const { bank, told } = heard.get(name);
		const code = codeOf(row, profileOf(pairs(room.keys, bank)[0]));
		assert.ok(told.some((line) => line.event === row.told.event && (!code || line.code === code)), JSON.stringify(told));
		if (row.told.event === 'import_rejected')
			assert.ok(room.files(bank, 'quarantine').length > 0);
	});
}

test('when all is put right nothing is complained of, and the books agree', async () => {
	assert.deepEqual(last.filter(({ level }) => level === 'error'), []);
	assert.deepEqual(await room.books(banks), []);
	const { out: standings } = await room.sbk(['status', '--json']);
	assert.deepEqual(JSON.parse(standings).filter(({ alarms }) => alarms.some(({ alarm }) => alarm === 'certificate')), []);
	const { code, out } = await room.sbk(['audit', 'verify']);
	assert.equal(code, 0, out);
});

test('the books see what is lost, doubled, half done, illegal, or missing', async () => {
	const [bank] = banks;
	const archive = join(room.exchange, bank, 'archive');
	const order = room.sql(`SELECT msg_id FROM exchange_message WHERE bank = '${bank}' AND direction = 'out' ORDER BY seq LIMIT 1`)[0][0];
	const report = room.sql(`SELECT msg_id FROM exchange_message WHERE bank = '${bank}' AND type = 'ProductionStatusReport' ORDER BY seq LIMIT 1`)[0][0];
	const no = room.sql(`SELECT application FROM exchange_record WHERE msg_id = '${order}'`)[0][0];
	rmSync(join(archive, `${order}.manifest.sig`));
	writeFileSync(join(archive, 'BJSSC-stray.xml.enc'), '');
	writeFileSync(room.acknowledged, 'BJ000000NOBODY000\n', { flag: 'a' });
	room.sql(`UPDATE application SET state = 'COLLECTED', attempt = 3 WHERE no = '${no}';
		UPDATE application_event SET state = 'MAILED' WHERE application = '${no}' AND n = 2;
		UPDATE exchange_record SET application = 'BJ000000NOBODY000' WHERE msg_id = '${order}';
		UPDATE exchange_record SET outcome = 'LATE' WHERE msg_id = '${report}';
		UPDATE exchange_message SET state = 'APPLYING' WHERE msg_id = '${report}'`);
	const told = (await room.books([bank])).join('\n');
	for (const sentence of [`${order}.manifest.sig is missing`, 'BJSSC-stray.xml.enc has no row', 'BJ000000NOBODY000 was acknowledged and is lost',
		`${no} is COLLECTED, its last step was REJECTED`, `${no} is at attempt 3, and was not submitted so often`, `${no} went to MAILED as its step 2`,
		'BJ000000NOBODY000/1 is in an order, and not sent', `${no} REJECTED by ${report}: moved, and not kept`, `${report} is APPLYING`,
		`${report} was said, and is not applied`, `${no}/1 is at the bank, and was not ordered`])
		assert.ok(told.includes(sentence), `${sentence}\n\n${told}`);
});
