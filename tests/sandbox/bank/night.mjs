// A bank's night: take the files that are ready and answer each with a receipt, then report what moved.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { profileOf, profiles, write } from './envelope.mjs';
import { faults, withholds } from './fault.mjs';
import { endings, isThere, messages, path } from './folder.mjs';
import { Ledger } from './ledger.mjs';
import { beijing, message } from './message.mjs';
import { order, receive } from './order.mjs';
import { differences, reconciliation } from './reconciliation.mjs';
import { pairs, putAway } from './pairs.mjs';
import { receipt } from './receipt.mjs';
import { report } from './report.mjs';
import { next, overnight } from './status.mjs';

export const banks = JSON.parse(readFileSync(new URL('../../../schema/data/banks.json', import.meta.url), 'utf8'));

class Bank {
	said = []; // tonight's messages

	constructor(code, ledger, { exchange, keys, ledgers, date, refuse, fault })
	{
		this.code = code;
		this.ledger = ledger;
		this.ledgers = ledgers;
		this.date = date;
		this.refuse = refuse;
		this.fault = fault;
		this.settled = ledger.pending.length === 0;
		this.outbound = join(exchange, code, 'outbound');
		this.inbound = join(exchange, code, 'inbound');
		this.safe = keys;
	}

	get keys()
	{
		const own = pairs(this.safe, this.code);
		this.profile ??= profileOf(own[0]);
		return { profile: this.profile, own, peers: pairs(this.safe, profiles[this.profile].bureau) };
	}

	// What changed in the ledger and what is to be said of it become true together.
	send(content)
	{
		const { header, xml } = message({ ...content, bank: this.code, seq: this.ledger.nextSeq, date: this.date });
		write(this.ledger.spool, header, xml, this.keys);
		this.ledger.nextSeq++;
		this.ledger.pending.push(header.MsgId);
		this.ledger.save();
		this.said.push({ header, xml });
		if (!withholds(this.fault))
			this.ledger.deliver(this.inbound);
		return header.MsgId;
	}

	// ---- what only a bank does that misbehaves (fault.mjs) ----

	handOver(messages)
	{
		this.ledger.deliver(this.inbound, messages.map(({ header }) => header.MsgId));
	}

	// Not the message itself, which stays pending.
	handOverSpoiled({ header, xml }, fault = {})
	{
		const dir = join(this.ledgers, `${this.code}.spoiled`);
		const changes = fault.header?.(header) ?? {};
		const wrong = Object.entries(changes).reduce((text, [name, value]) => text.replace(new RegExp(`<${name}>.*<`), `<${name}>${value}<`), xml);
		write(dir, { ...header, ...changes }, fault.xml?.(wrong) ?? wrong, fault.keys?.(this.keys, this) ?? this.keys, fault);
		const files = Object.values(endings).map((ending) => [path(dir, header.MsgId, ending), path(this.inbound, header.MsgId, ending)]);
		fault.files?.(...files.map(([from]) => from));
		mkdirSync(this.inbound, { recursive: true });
		for (const [from, to] of files.filter(([file]) => isThere(file)))
			renameSync(from, to);
		rmSync(dir, { recursive: true });
	}

	endBadNight()
	{
		if (this.said.length === 0)
			return;
		if (this.fault.hand) {
			this.fault.hand(this);
			return;
		}
		const wrong = this.said.find(({ header }) => !this.fault.of || header.MsgType === this.fault.of);
		this.handOver(this.said.filter((one) => one !== wrong));
		if (wrong)
			this.handOverSpoiled(wrong, this.fault);
	}

	// The newest MsgId before tonight, if there is one.
	sentBefore()
	{
		return readdirSync(this.ledger.spool).filter((name) => name.endsWith(endings.signature)).map((name) => name.split('.')[0])
			.find((id) => Number(id.split('-')[3]) === this.said[0].header.SeqNo - 1);
	}

	// The pairs of another bank with that profile.
	other(profile)
	{
		return banks.filter(({ code }) => code !== this.code).map(({ code }) => pairs(this.safe, code)).find(([pair]) => profileOf(pair) === profile);
	}

	// An application of which there is nothing new to be said.
	resting()
	{
		return [...this.ledger.applications.values()].find(({ status }) => ['REJECTED', 'COLLECTED', 'DELIVERED'].includes(status));
	}

	// What other banks have applications of.
	strangers()
	{
		return banks.filter(({ code }) => code !== this.code).flatMap(({ code }) => [...new Ledger(this.ledgers, code).applications.values()]);
	}

	// ---- the night ----

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
			const refuses = verdict.type === order && !verdict.reason && !verdict.repeated && this.fault?.refuses;
			if (refuses)
				Object.assign(verdict, { reason: refuses, applications: [] });
			const status = verdict.reason ? 'REJECTED' : 'ACCEPTED';
			const { type, sha256, reason, counted: records } = verdict;
			const taken = this.ledger.find(id)?.status === 'ACCEPTED';
			// What was taken stays taken, whatever comes later under its MsgId.
			this.ledger.note(taken && reason ? { id, seen } : { id, type, seq, seen: refuses ? undefined : seen, sha256, status, reason, records });
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
			const beyond = events.length === 0 && this.fault?.entries?.(this, list) || [];
			const content = report(id, [...list, ...beyond]);
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
		const rests = this.fault?.rests && this.resting();
		if (rests)
			say(rests.order, [this.fault.rests(rests)]);
		const { newest } = this.ledger.orders(() => false);
		if (events.length === 0 && newest)
			say(newest, []);
		return events;
	}

	reconcile()
	{
		const { body, ...content } = reconciliation(this.ledger.all());
		return { bank: this.code, type: content.type, msgId: this.send({ ...content, body: this.fault?.figures?.(body) ?? body }),
			records: content.ids.length };
	}
}

// exchange, keys, ledgers: folders. only: the codes of the banks that work, all if undefined. status: false for receipts only;
// steps: at most so many steps an application; refuse: a reason code with which this night's new applications are
// refused; reconcile: with a ReconciliationReport; misbehave(code): the name of
// a row of fault.mjs, or nothing. Gives what happened: [{bank, type, msgId, status, reason, records, differing}].
export async function run({
	exchange, keys, ledgers, only, date = beijing().slice(0, 10), status = true, steps = Infinity, refuse, reconcile, misbehave,
})
{
	const events = [];
	for (const { code } of banks) {
		const fault = faults[misbehave?.(code)];
		if ((only && !only.includes(code)) || fault?.silent)
			continue;
		const ledger = Ledger.open(ledgers, code);
		if (!ledger)
			throw new Error(`bank ${code}: another run is at work`);
		try {
			const bank = new Bank(code, ledger, { exchange, keys, ledgers, date, refuse, fault });
			ledger.deliver(bank.inbound);
			putAway(keys, code);
			events.push(...await bank.receive());
			if (status)
				events.push(...bank.report(steps));
			if (reconcile && ledger.received.length > 0)
				events.push(bank.reconcile());
			if (withholds(fault))
				bank.endBadNight();
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
