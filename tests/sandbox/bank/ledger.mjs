// What one bank knows: the files it got, the applications in them, the SeqNo it will give next. One JSON file, and
// one run at a time. What is sent stands in the spool for ever, and is named here
// before it is handed over, so that a run killed anywhere and run again sends the same bytes under the same MsgId.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { deliver, put } from './folder.mjs';
import { order } from './order.mjs';

function readJson(file)
{
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		if (error.code === 'ENOENT')
			return undefined;
		throw error;
	}
}

function alive(pid)
{
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

export class Ledger {
	nextSeq = 1;
	pending = [];           // MsgIds to be handed over
	received = [];          // {id, type, seq, sha256, seen, status, reason, records}: one a MsgId, the latest word on it
	applications = new Map(); // by number: {no, attempt, order, method, status, reason}
	past = []; // those that came again since, as they had been
	#dir;
	#bank;

	// To work with, then to be closed; undefined while another run has it. (A `new` one is to be looked at only.)
	static open(dir, bank)
	{
		mkdirSync(dir, { recursive: true, mode: 0o700 });
		const lock = join(dir, `${bank}.lock`);
		for (;;) {
			try {
				writeFileSync(lock, String(process.pid), { flag: 'wx' });
				return new Ledger(dir, bank);
			} catch (error) {
				if (error.code !== 'EEXIST')
					throw error;
			}
			if (alive(Number(readFileSync(lock, 'utf8'))))
				return undefined;
			rmSync(lock, { force: true });
		}
	}

	constructor(dir, bank)
	{
		this.#dir = dir;
		this.#bank = bank;
		const kept = readJson(join(dir, `${bank}.json`));
		if (!kept)
			return;
		({ nextSeq: this.nextSeq, pending: this.pending, received: this.received } = kept);
		this.past = kept.past ?? [];
		this.applications = new Map(kept.applications.map((application) => [application.no, application]));
	}

	get spool()
	{
		return join(this.#dir, `${this.#bank}.spool`);
	}

	find(id)
	{
		return this.received.find((file) => file.id === id);
	}

	note(file)
	{
		const known = this.find(file.id);
		if (known)
			Object.assign(known, file);
		else
			this.received.push(file);
	}

	// The newest order that was taken and, oldest first, the orders with applications under way by moves(application).
	orders(moves)
	{
		const taken = this.received.filter((file) => file.type === order && file.status === 'ACCEPTED').map((file) => file.id);
		const under = new Map(taken.map((id) => [id, []]));
		for (const application of this.applications.values()) {
			if (moves(application))
				under.get(application.order)?.push(application);
		}
		return { taken, newest: taken.at(-1), open: [...under].filter(([, list]) => list.length > 0) };
	}

	// Every order that was taken, the oldest first, with its applications; those that came again since stand in both.
	all()
	{
		const taken = new Map(this.orders(() => false).taken.map((id) => [id, []]));
		for (const application of [...this.applications.values(), ...this.past])
			taken.get(application.order)?.push(application);
		return [...taken];
	}

	save()
	{
		put(join(this.#dir, `${this.#bank}.json`), (tmp) => writeFileSync(tmp, JSON.stringify({
			nextSeq: this.nextSeq,
			pending: this.pending,
			received: this.received,
			applications: [...this.applications.values()],
			past: this.past,
		})));
	}

	// ids: of those that are pending.
	deliver(inbound, ids = this.pending)
	{
		if (ids.length === 0)
			return;
		for (const id of ids)
			deliver(this.spool, inbound, id);
		this.pending = this.pending.filter((id) => !ids.includes(id));
		this.save();
	}

	close()
	{
		rmSync(join(this.#dir, `${this.#bank}.lock`), { force: true });
	}
}
