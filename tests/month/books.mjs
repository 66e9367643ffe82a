/*
 * books.mjs - do the books agree? What citizens were told, the database, the files, and what each bank has in its own ledger.
 *
 *   node tests/month/books.mjs --exchange DIR --keys DIR [--ledgers DIR] [--acknowledged FILE] [--database NAME] [--seen FILE] --bank CODE…
 *
 * A line for each thing that does not agree, and exit code 1: "102 here: …" of our own books, "102 between: …" where they and the bank's
 * differ. --acknowledged: the numbers that citizens have, one a line; --ledgers:
 * of the sandbox's banks; --seen: remembers the files that were opened, so that the next time only new ones are.
 * Files are read with the bank's own code, and what may follow what stands in schema/README.md: nothing of lib/ is asked.
 */
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { query } from '../database.mjs';
import { digest, profileOf, profiles } from '../sandbox/bank/envelope.mjs';
import { endings, path } from '../sandbox/bank/folder.mjs';
import { Ledger } from '../sandbox/bank/ledger.mjs';
import { order, receive } from '../sandbox/bank/order.mjs';
import { pairs } from '../sandbox/bank/pairs.mjs';

/* What may follow a state: the interface document's table, and what the citizen does. */
const document = readFileSync(new URL('../../schema/README.md', import.meta.url), 'utf8');
const section = document.slice(document.indexOf('## 5. Statuses'), document.indexOf('What the bureau does with an entry'));
const follow = Object.fromEntries([...section.matchAll(/^\| `([A-Z_]+)` \|.*\| ([A-Z_ ]*)\|$/gm)].map(([, state, next]) => [state, next.split(' ').filter(Boolean)]));
const citizens = { '': ['SUBMITTED'], SUBMITTED: ['SENT', 'WITHDRAWN'], REJECTED: ['SUBMITTED', 'WITHDRAWN'], RETURNED: ['SUBMITTED'], FAILED: ['SUBMITTED'] };
const mayFollow = (from, to) => [...follow[from] ?? [], ...citizens[from] ?? []].includes(to);

const groups = (rows, key) => rows.reduce((map, row) => map.set(row[key], [...map.get(row[key]) ?? [], row]), new Map());
const twice = (list) => list.filter((one, i) => list.indexOf(one) !== i);
const without = (list, other) => {
	const known = new Set(other);
	return list.filter((one) => !known.has(one));
};

/* All that the database says of a bank: tables of rows by name of column. */
function load(database, bank)
{
	const columns = {
		stored: ['no'],
		applications: ['no', 'state', 'attempt'],
		events: ['application', 'n', 'state', 'cause'],
		messages: ['msg_id', 'direction', 'type', 'seq', 'records', 'state', 'applied', 'digest'],
		records: ['msg_id', 'n', 'application', 'attempt', 'direction', 'status', 'outcome'],
	};
	const data = Object.fromEntries(Object.keys(columns).map((table) => [table, []]));
	const rows = query(`SELECT 'stored', no FROM application;
		SELECT 'applications', no, state, attempt FROM application WHERE bank = '${bank}';
		SELECT 'events', e.application, e.n, e.state, e.cause FROM application_event e JOIN application a ON a.no = e.application
			WHERE a.bank = '${bank}' ORDER BY e.application, e.n;
		SELECT 'messages', msg_id, direction, type, seq, records, state, applied, LOWER(HEX(digest)) FROM exchange_message WHERE bank = '${bank}' ORDER BY seq;
		SELECT 'records', r.msg_id, r.n, r.application, r.attempt, r.direction, r.status, r.outcome FROM exchange_record r
			JOIN exchange_message m USING (msg_id) WHERE m.bank = '${bank}' ORDER BY r.msg_id, r.n`, database);
	for (const [table, ...values] of rows)
		data[table].push(Object.fromEntries(columns[table].map((column, i) => [column, values[i]])));
	return { ...data, stored: data.stored.map(({ no }) => no), events: groups(data.events, 'application'), records: groups(data.records, 'msg_id') };
}

const attempts = (records) => records.map(({ application, attempt }) => `${application}/${attempt}`);

/* ---- what has to be true; each gives what is not ---- */

function acknowledgedIsStored({ data, acknowledged })
{
	return without(acknowledged, data.stored).map((no) => `${no} was acknowledged and is lost`);
}

function nobodyWaits({ data })
{
	return data.applications.filter(({ state }) => state === 'SUBMITTED').map(({ no }) => `${no} still waits`);
}

function nothingIsHalfDone({ data })
{
	const faults = [];
	for (const { msg_id: id, state, type, records, applied } of data.messages) {
		if (['MARKED', 'APPLYING'].includes(state))
			faults.push(`${id} is ${state}`);
		if (state === 'APPLIED' && type === 'ProductionStatusReport'
			&& (applied !== records || (data.records.get(id) ?? []).length !== Number(records)))
			faults.push(`${id} has ${records} records, of which ${applied} were worked off and ${data.records.get(id)?.length ?? 0} kept`);
	}
	return faults;
}

function numbersHaveNoGaps({ data })
{
	const numbers = data.messages.filter(({ direction }) => direction === 'out').map(({ seq }) => Number(seq));
	return numbers.every((seq, i) => seq === i + 1) ? [] : [`SeqNo of the orders: ${numbers.join(' ')}`];
}

function movesAreLegal({ data })
{
	return data.applications.flatMap(({ no, state, attempt }) => {
		const events = data.events.get(no) ?? [];
		const faults = events.filter((event, i) => Number(event.n) !== i + 1 || !mayFollow(events[i - 1]?.state ?? '', event.state))
			.map((event) => `${no} went to ${event.state} as its step ${event.n}`);
		if (events.at(-1)?.state !== state)
			faults.push(`${no} is ${state}, its last step was ${events.at(-1)?.state}`);
		if (events.filter((event) => event.state === 'SUBMITTED').length !== Number(attempt))
			faults.push(`${no} is at attempt ${attempt}, and was not submitted so often`);
		return faults;
	});
}

/* Each attempt stands in one order, and was marked as sent once. */
function attemptsAreOrderedOnce({ data })
{
	const ordered = attempts([...data.records.values()].flat().filter(({ direction }) => direction === 'out'));
	const sent = data.applications.flatMap(({ no }) => (data.events.get(no) ?? []).filter(({ state }) => state === 'SENT').map((_, i) => `${no}/${i + 1}`));
	return [
		...twice(ordered).map((one) => `${one} was ordered twice`),
		...without(sent, ordered).map((one) => `${one} is sent, and in no order`),
		...without(ordered, sent).map((one) => `${one} is in an order, and not sent`),
	];
}

/* What was applied of a report moved its application, once, and nothing else moved one. */
function answersAreBookedOnce({ data, bank })
{
	const applied = [...data.records.values()].flat().filter(({ outcome }) => outcome === 'APPLIED').map((r) => `${r.application} ${r.status} by ${r.msg_id}`);
	const moved = [...data.events.values()].flat().filter(({ cause, state }) => cause.startsWith(`${bank}-`) && state !== 'RECEIVED')
		.map((e) => `${e.application} ${e.state} by ${e.cause}`);
	return [
		...twice(applied).map((one) => `${one}: twice`),
		...without(applied, moved).map((one) => `${one}: kept, and not moved`),
		...without(moved, applied).map((one) => `${one}: moved, and not kept`),
	];
}

/* The files of our messages: each row its three, each of them a row, and what is in an order is what its rows say. */
async function filesAreAsTheirRows({ data, bank, exchange, keys, seen })
{
	const places = ['outbound', 'archive'].map((name) => join(exchange, bank, name)).filter((dir) => existsSync(dir));
	const files = places.flatMap((dir) => readdirSync(dir).filter((name) => name.startsWith('BJSSC-')).map((name) => [name, dir]));
	const rows = data.messages.filter(({ direction }) => direction === 'out');
	const due = rows.flatMap(({ msg_id: id }) => Object.values(endings).map((ending) => `${id}.${ending}`));
	const names = files.map(([name]) => name);
	const faults = [
		...twice(names).map((name) => `${name} lies in two places`),
		...without(names, due).map((name) => `${name} has no row`),
		...without(due, names).map((name) => `${name} is missing`),
	];
	const dirs = new Map(files);
	const own = pairs(keys, bank);
	const profile = profileOf(own[0]);
	for (const { msg_id: id, digest: sum, type } of rows) {
		const dir = dirs.get(`${id}.${endings.data}`);
		if (!dir)
			continue;
		if (digest('sha256', path(dir, id, endings.data)) !== sum)
			faults.push(`${id}: the file is not the one that its row knows`);
		if (type !== order || seen.has(`${id} ${sum}`))
			continue;
		const verdict = await receive(dir, id, { bank, profile, own, peers: pairs(keys, profiles[profile].bureau), earlier: () => undefined, date: '0000-00-00' });
		const inFile = verdict.applications.map(({ no, attempt }) => `${no}/${attempt}`);
		if (verdict.reason)
			faults.push(`${id} would be refused: ${verdict.reason}`);
		else if (String(inFile) !== String(attempts(data.records.get(id) ?? [])))
			faults.push(`${id} holds other records than its rows`);
		else
			seen.add(`${id} ${sum}`);
	}
	return faults;
}

/* What the bank has in its ledger is what was ordered, and what it has said has arrived. */
function bankAgrees({ data, bank, ledgers })
{
	const ledger = new Ledger(ledgers, bank);
	const all = ledger.all();
	const taken = all.map(([id]) => id);
	const accepted = data.messages.filter(({ type, state }) => type === order && state === 'ACCEPTED').map(({ msg_id: id }) => id);
	const theirs = all.flatMap(([, list]) => list.map(({ no, attempt }) => `${no}/${attempt}`));
	const ours = accepted.flatMap((id) => attempts(data.records.get(id) ?? []));
	const said = new Map(existsSync(ledger.spool) ? readdirSync(ledger.spool).filter((name) => name.endsWith(endings.data))
		.map((name) => [name.split('.')[0], digest('sha256', join(ledger.spool, name))]) : []);
	const heard = new Map(data.messages.filter(({ state }) => state === 'APPLIED').map(({ msg_id: id, digest: sum }) => [id, sum]));
	const standing = new Map(data.applications.map((one) => [`${one.no}/${one.attempt}`, one.state]));
	const faults = [
		...without(taken, accepted).map((id) => `${id} is taken by the bank, and not known to be`),
		...without(accepted, taken).map((id) => `${id} counts as taken, and is not`),
		...twice(theirs).map((one) => `${one} is at the bank twice`),
		...without(theirs, ours).map((one) => `${one} is at the bank, and was not ordered`),
		...without(ours, theirs).map((one) => `${one} was ordered, and is not at the bank`),
		...[...said].filter(([id, sum]) => heard.get(id) !== sum).map(([id]) => `${id} was said, and is not applied`),
		...[...heard.keys()].filter((id) => !said.has(id)).map((id) => `${id} is applied, and was never said`),
	];
	for (const { no, attempt, status } of ledger.applications.values()) {
		const state = standing.get(`${no}/${attempt}`);
		if (state && state !== status && !(state === 'WITHDRAWN' && status === 'REJECTED'))
			faults.push(`${no}/${attempt} is ${status} at the bank, ${state} here`);
	}
	return faults;
}

const ours = [acknowledgedIsStored, nobodyWaits, nothingIsHalfDone, numbersHaveNoGaps, movesAreLegal, attemptsAreOrderedOnce, answersAreBookedOnce, filesAreAsTheirRows];

function options()
{
	const text = { type: 'string' };
	const { values } = parseArgs({ options: { exchange: text, keys: text, ledgers: text, database: text, acknowledged: text, seen: text,
		bank: { ...text, multiple: true } } });
	return values;
}

const lines = (file) => file && existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

const { bank: banks, acknowledged, seen: remembered, ...where } = options();
const before = lines(remembered);
const seen = new Set(before);
for (const bank of banks) {
	const books = { ...where, data: load(where.database, bank), bank, acknowledged: lines(acknowledged), seen };
	const tell = (whose, faults) => faults.forEach((fault) => {
		console.log(`${bank} ${whose}: ${fault}`);
		process.exitCode = 1;
	});
	for (const rule of ours)
		tell('here', await rule(books));
	if (where.ledgers)
		tell('between', bankAgrees(books));
}
if (remembered)
	appendFileSync(remembered, without([...seen], before).map((line) => `${line}\n`).join(''));
