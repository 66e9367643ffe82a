/*
 * month.mjs - business days of the exchange in which much goes wrong: citizens apply, correct and withdraw; every night export, the
 * banks, import, reconciliation, status; some banks misbehave (tests/sandbox/bank/fault.mjs), and blows fall on the bureau (blow.mjs).
 * Every morning the books are compared (books.mjs): our own must always agree, and with a bank's they may differ only while it
 * misbehaves, and only where `sbk reconcile` or `sbk status` says so. Nights without trouble follow, until every card is with its
 * citizen: then everything agrees, and there is no alarm.
 *
 *   SEED= DAYS=30 BANKS=15 APPLICATIONS=60 node tests/month/month.mjs
 *
 * Wants $VAR, $SBK_CONF and $BUILD of an instance (its database is killed). Prints the seed, a line a night, and the figures. With the
 * same seed the same citizens, banks and blows meet the same faults at the same places.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faults } from '../sandbox/bank/fault.mjs';
import { banks as allBanks } from '../sandbox/bank/night.mjs';
import { startDatabase } from '../faults/instance.mjs';
import { blows } from './blow.mjs';
import { Chance } from './chance.mjs';
import { events, inParts, root, Room } from './room.mjs';

/* A Monday; with 30 days the year ends in the middle. */
const first = '2026-12-07';
const day = 86400000;
const quietNights = 8; /* at most, until all is done */

const odds = { closedBranch: 0.1, mail: 0.3, withdraws: 0.05, corrects: 0.6, givesUp: 0.1, misbehaves: 0.25, blow: 0.5, allRefused: 0.1 };

/* Of each bank an open branch and a closed one; a bank refuses what names the closed one. */
const branches = JSON.parse(readFileSync(join(root, 'tests/sandbox/branches.json'), 'utf8'));
const branch = (bank, open) => branches.find((one) => one.bank === bank && one.open === open)?.code ?? branch(bank, true);

function* businessDays()
{
	for (let at = Date.parse(first);; at += day) {
		if (![0, 6].includes(new Date(at).getUTCDay()))
			yield new Date(at).toISOString().slice(0, 10);
	}
}

export class Month {
	#wrong = [];
	#citizen = new Map(); /* number of the application: of the citizen */
	#next = 1;
	figures = { nights: 0, applications: 0, corrections: 0, withdrawals: 0, blows: {}, faults: {}, told: 0, differences: 0, suspense: 0 };

	constructor({ seed, days, banks, applications, say })
	{
		Object.assign(this, { seed, days, applications, say });
		this.banks = allBanks.filter((_, i) => i % Math.ceil(allBanks.length / banks) === 0).map(({ code }) => code);
		this.chance = new Chance(seed);
		this.room = new Room(`${first}T09:00`);
		this.room.banks = this.banks;
	}

	count(what, name)
	{
		what[name] = (what[name] ?? 0) + 1;
	}

	complain(text)
	{
		this.#wrong.push(text);
		this.say(`  ${text}`);
	}

	/* A program, perhaps under a blow, and then again; what all runs logged. */
	async run(chance, trouble, run)
	{
		let log = '';
		if (trouble && chance.is(odds.blow)) {
			const name = chance.of(Object.keys(blows));
			log += (await blows[name](run, chance, this.room)).err;
			this.count(this.figures.blows, name);
			this.struck.push(name);
		}
		return events(log + (await run()).err);
	}

	/* ---- the day ---- */

	async ask(chance, trouble, wishes)
	{
		let answers = [];
		/* Whoever has no answer asks again. */
		await this.run(chance, trouble, async (how) => {
			const again = wishes.map((_, i) => i).filter((i) => (answers[i] ?? '-') === '-');
			const given = await this.room.citizens(again.map((i) => wishes[i]), how);
			answers = Object.assign([...answers], Object.fromEntries(again.map((i, n) => [i, given[n]])));
			return { err: '' };
		});
		return answers;
	}

	async day(chance, trouble)
	{
		const wishes = [];
		for (let i = 0; trouble && i < this.applications; i++) {
			const bank = chance.of(this.banks);
			wishes.push(`apply ${this.#next++} ${bank} ${branch(bank, !chance.is(odds.closedBranch))} ${chance.is(odds.mail) ? 'mail' : 'branch'}`);
		}
		const back = this.room.sql("SELECT no, bank FROM application WHERE state = 'REJECTED' ORDER BY submitted_at, person")
			.filter(([no]) => this.#citizen.has(no));
		for (const [no, bank] of back) {
			if (chance.is(trouble ? odds.corrects : 1))
				wishes.push(`correct ${this.#citizen.get(no)} ${no} ${branch(bank, true)}`);
			else if (chance.is(odds.givesUp))
				wishes.push(`withdraw ${this.#citizen.get(no)} ${no}`);
		}
		const answers = await this.ask(chance, trouble, wishes);
		const regrets = [];
		wishes.map((wish) => wish.split(' ')).forEach(([verb, n], i) => {
			if (verb === 'apply' && answers[i] === '-')
				this.complain(`citizen ${n} could not apply`);
			if (answers[i] === '-')
				return;
			this.figures[{ apply: 'applications', correct: 'corrections', withdraw: 'withdrawals' }[verb]]++;
			this.#citizen.set(answers[i], n);
			if (verb === 'apply' && chance.is(odds.withdraws))
				regrets.push(`withdraw ${n} ${answers[i]}`);
		});
		this.figures.withdrawals += (await this.ask(chance, false, regrets)).filter((no) => no !== '-').length;
	}

	/* ---- the night ---- */

	misbehaving(chance)
	{
		return new Map(this.banks.filter(() => chance.is(odds.misbehaves)).map((bank) => [bank, chance.of(Object.keys(faults))]));
	}

	async theBanks(date, bad, refuse)
	{
		await Promise.all(inParts(this.banks).map((part) => this.room.bank('--date', date, '--reconcile', ...(refuse ? ['--refuse', 'D06'] : []),
			...part.flatMap((bank) => ['--bank', bank, ...(bad.has(bank) ? ['--fault', `${bank}=${bad.get(bank)}`] : [])]))));
	}

	async night(date, chance, trouble)
	{
		const bad = trouble ? this.misbehaving(chance) : new Map();
		const [exporting, importing] = [chance.part(), chance.part()];
		const refuse = trouble && chance.is(odds.allRefused);
		const sbk = (command, ...args) => (how) => this.room.sbk([command, ...args], how);
		this.room.at(`${date}T22:00`);
		await this.run(exporting, trouble, sbk('export', '--date', date));
		this.room.at(`${date}T23:00`);
		await this.theBanks(date, bad, refuse);
		this.room.at(`${date}T23:30`);
		const log = await this.run(importing, trouble, sbk('import'));
		for (const [bank, name] of bad) {
			this.count(this.figures.faults, name);
			if (log.some((line) => line.bank === bank && line.event === faults[name].told.event))
				this.figures.told++;
		}
		return { bad, log };
	}

	/* ---- the morning ---- */

	async morning(date, chance, trouble, { bad })
	{
		this.room.at(new Date(Date.parse(date) + day).toISOString().slice(0, 10) + 'T07:00');
		const status = await this.room.sbk(['status', '--json']);
		/* It sends the banks our figures too, which they answer tonight. */
		const told = await this.run(chance, trouble, (how) => this.room.sbk(['reconcile'], how));
		const audit = await this.room.sbk(['audit', 'verify']);
		const differs = new Set(told.filter(({ event }) => event === 'difference').map(({ bank }) => bank));
		const standing = new Map(JSON.parse(status.out).map((one) => [one.bank, one]));
		if (audit.code !== 0)
			this.complain(`${date}: the audit chains are broken: ${audit.out}`);
		const books = await this.room.books(this.banks);
		for (const bank of this.banks) {
			const theirs = books.filter((line) => line.startsWith(`${bank} between: `));
			const { unanswered, refused, waiting, suspense, alarms } = standing.get(bank);
			const isTold = differs.has(bank) || unanswered + refused + waiting + suspense + alarms.length > 0;
			this.figures.differences += theirs.length;
			if (!bad.has(bank) || (theirs.length > 0 && !isTold))
				theirs.forEach((fault) => this.complain(`${date} ${bad.get(bank) ?? ''}: unexplained: ${fault}`));
			if (!bad.has(bank) && differs.has(bank))
				this.complain(`${date} ${bank}: sbk reconcile tells of a difference, and there is none`);
			if (!bad.has(bank) && unanswered + waiting > 0)
				this.complain(`${date} ${bank}: ${unanswered} orders are unanswered, ${waiting} files wait`);
		}
		for (const fault of books.filter((line) => / here: /.test(line)))
			this.complain(`${date}: ${fault}`);
		await this.settle();
		return [...standing.values()].flatMap(({ bank, alarms }) => alarms.map(({ alarm }) => `${bank} ${alarm}`));
	}

	/* The operator has telephoned. */
	async settle()
	{
		for (const [msg, n] of this.room.sql('SELECT msg_id, n FROM exchange_suspense WHERE resolved_at IS NULL ORDER BY msg_id, n')) {
			const { code } = await this.room.sbk(['suspense', 'resolve', msg, n, '--by', 'month', '--why', 'asked by telephone']);
			if (code === 0)
				this.figures.suspense++;
			else
				this.complain(`${msg} ${n} stays in suspense`);
		}
	}

	async oneDay(date, trouble)
	{
		const chance = this.chance.part();
		this.struck = [];
		this.room.at(`${date}T10:00`);
		await this.day(chance.part(), trouble);
		const night = await this.night(date, chance.part(), trouble);
		const alarms = await this.morning(date, chance.part(), trouble, night);
		this.figures.nights++;
		this.say([date, this.struck.join(' ') || '-', [...night.bad].map((one) => one.join(' ')).join(', ') || '-'].join('  '));
		return alarms;
	}

	async isOver()
	{
		return this.room.sql("SELECT COUNT(*) FROM application WHERE state NOT IN ('DELIVERED', 'COLLECTED', 'WITHDRAWN')")[0][0] === '0';
	}

	/* What is wrong after all; nothing, as it should be. */
	async pass()
	{
		this.say(`SEED=${this.seed} DAYS=${this.days} BANKS=${this.banks.length} APPLICATIONS=${this.applications}`);
		await this.room.open();
		const dates = businessDays();
		for (let n = 0; n < this.days; n++)
			await this.oneDay(dates.next().value, true);
		let alarms;
		for (let n = 0; n < 2 || (n < quietNights && !await this.isOver()); n++)
			alarms = await this.oneDay(dates.next().value, false);
		if (!await this.isOver())
			this.complain(`not every application has come to its end: ${this.room.sql('SELECT state, COUNT(*) FROM application GROUP BY state').join(' ')}`);
		for (const alarm of alarms.filter((one) => this.banks.includes(one.slice(0, 3))))
			this.complain(`at the end: ${alarm} is an alarm`);
		const [[stored, events_, files, records]] = this.room.sql(`SELECT (SELECT COUNT(*) FROM application), (SELECT COUNT(*) FROM application_event),
			(SELECT COUNT(*) FROM exchange_message), (SELECT COUNT(*) FROM exchange_record)`);
		Object.assign(this.figures, { stored, events: events_, messages: files, records, unexplained: this.#wrong.length });
		return this.#wrong;
	}

	async close()
	{
		await startDatabase();
		this.room.close();
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { SEED = String(Math.floor(Date.now() / 1000) % 100000), DAYS = '30', BANKS = '15', APPLICATIONS = '60' } = process.env;
	const month = new Month({ seed: Number(SEED), days: Number(DAYS), banks: Number(BANKS), applications: Number(APPLICATIONS), say: console.log });
	try {
		process.exitCode = (await month.pass()).length > 0 ? 1 : 0;
		console.log(JSON.stringify(month.figures, null, 1));
	} finally {
		await month.close();
	}
}
