// A bank's night: take the files that are ready and answer each with a receipt, then report what moved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { profileOf, profiles, write } from './envelope.mjs';
import { messages } from './folder.mjs';
import { Ledger } from './ledger.mjs';
import { beijing, message } from './message.mjs';
import { order, receive } from './order.mjs';
import { differences, reconciliation } from './reconciliation.mjs';
import { pairs } from './pairs.mjs';
import { receipt } from './receipt.mjs';
import { report } from './report.mjs';
import { next, overnight } from './status.mjs';

export const banks = JSON.parse(readFileSync(new URL('../../../schema/data/banks.json', import.meta.url), 'utf8'));

class Bank {
	constructor(code, ledger, { exchange, keys, date, refuse })
	{
		this.code = code;
		this.ledger = ledger;
		this.date = date;
		this.refuse = refuse;
		this.outbound = join(exchange, code, 'outbound');
		this.inbound = join(exchange, code, 'inbound');
		this.safe = keys;
	}

	get keys()
	{
		const own = pairs(this.safe, this.code);
		const profile = profileOf(own[0]);
		return { profile, own, peers: pairs(this.safe, profiles[profile].bureau) };
	}

	// What changed in the ledger and what is to be said of it become true together.
	send(content)
	{
		const { header, xml } = message({ ...content, bank: this.code, seq: this.ledger.nextSeq, date: this.date });
		write(this.ledger.spool, header, xml, this.keys);
		this.ledger.nextSeq++;
		this.ledger.pending.push(header.MsgId);
		this.ledger.save();
		this.ledger.deliver(this.inbound);
		return header.MsgId;
	}

	earlier(id, seq)
	{
		const taken = this.ledger.received.filter((file) => file.status === 'ACCEPTED');
		return taken.find((file) => file.id === id)
			?? (taken.some((file) => file.seq === seq) ? { other: true } : undefined);
	}

	// An application that the bank has already is not opened a second time.
	book(id, applications)
	{
		for (const { no, attempt, method, reason } of applications) {
			const known = this.ledger.applications.get(no);
			if (known && known.attempt < attempt)
				this.ledger.past.push(known);
			if (!known || known.attempt < attempt)
				this.ledger.applications.set(no, {
					no, attempt, order: id, method, status: 'RECEIVED', reason: this.refuse ?? reason });
		}
	}

	// A file stays in outbound until the bureau has read its receipt: only what came anew is answered.
	async receive()
	{
		const events = [];
		for (const { id, seq, seen } of messages(this.outbound)) {
			if (this.ledger.find(id)?.seen === seen)
				continue;
			const verdict = await receive(this.outbound, id, {
				bank: this.code,
				...this.keys,
				date: this.date,
				earlier: (...of) => this.earlier(...of),
			});
			const status = verdict.reason ? 'REJECTED' : 'ACCEPTED';
			const { type, sha256, reason, counted: records } = verdict;
			const taken = this.ledger.find(id)?.status === 'ACCEPTED';
			// What was taken stays taken, whatever comes later under its MsgId.
			this.ledger.note(taken && reason ? { id, seen } : { id, type, seq, seen, sha256, status, reason, records });
			if (!verdict.repeated)
				this.book(id, verdict.applications);
			this.send(receipt(verdict));
			const differing = !reason && type !== order ? differences(this.ledger.all(), verdict.orders) : [];
			events.push({ bank: this.code, type, msgId: id, status, reason, records, differing });
		}
		return events;
	}

	// One report an order and step; when nothing moves, an empty one, so that silence is a fault.
	report(steps)
	{
		const events = [];
		const say = (id, list) => {
			const content = report(id, list);
			const status = [...new Set(list.map((application) => application.status))].join(' ');
			events.push({ bank: this.code, type: content.type, msgId: this.send(content), status, records: list.length });
		};
		for (let step = 0; step < steps; step++) {
			const { open } = this.ledger.orders((application) =>
				next(application) && (step === 0 || overnight(application.status)));
			if (open.length === 0)
				break;
			for (const [id, list] of open) {
				for (const application of list)
					application.status = next(application);
				say(id, list);
			}
		}
		const { newest } = this.ledger.orders(() => false);
		if (events.length === 0 && newest)
			say(newest, []);
		return events;
	}

	// wrong: an order's figures that are to be other than right.
	reconcile(wrong)
	{
		const content = reconciliation(this.ledger.all());
		const body = Object.entries(wrong ?? {}).reduce((xml, [name, number]) =>
			xml.replace(new RegExp(`(<${name}>)\\d+`), `$1${number}`), content.body);
		return { bank: this.code, type: content.type, msgId: this.send({ ...content, body }), records: content.ids.length };
	}
}

// exchange, keys, ledgers: folders. only: the codes of the banks that work, all if undefined. status: false for receipts only;
// steps: at most so many steps an application; refuse: a reason code with which this night's new applications are
// refused; reconcile: with a ReconciliationReport; wrong: { element: number } to be other than right in it. Gives what happened: [{bank, type, msgId, status, reason, records, differing}].
export async function run({
	exchange, keys, ledgers, only, date = beijing().slice(0, 10), status = true, steps = Infinity, refuse, reconcile, wrong,
})
{
	const events = [];
	for (const { code } of banks) {
		if (only && !only.includes(code))
			continue;
		const ledger = Ledger.open(ledgers, code);
		if (!ledger)
			throw new Error(`bank ${code}: another run is at work`);
		try {
			const bank = new Bank(code, ledger, { exchange, keys, date, refuse });
			ledger.deliver(bank.inbound);
			events.push(...await bank.receive());
			if (status)
				events.push(...bank.report(steps));
			if (reconcile && ledger.received.length > 0)
				events.push(bank.reconcile(wrong));
		} finally {
			ledger.close();
		}
	}
	return events;
}

// What a visitor sees of each bank.
export function desk({ exchange, ledgers })
{
	return banks.map((bank) => {
		const ledger = new Ledger(ledgers, bank.code);
		const applications = {};
		for (const { status } of ledger.applications.values())
			applications[status] = (applications[status] ?? 0) + 1;
		const last = ledger.received.at(-1);
		return {
			...bank,
			waiting: messages(join(exchange, bank.code, 'outbound')).filter(({ id, seen }) => ledger.find(id)?.seen !== seen).length,
			received: ledger.received.length,
			answered: ledger.nextSeq - 1,
			applications,
			latest: last && { msgId: last.id, status: last.status, reason: last.reason },
		};
	});
}
