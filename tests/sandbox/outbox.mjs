// What the sandbox "sent": one JSON object {to, kind, text, code, at} a line, appended by it and by the programs.
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';

const KEEP = 50000; // messages in memory

export class Outbox {
	#file;
	#messages = [];
	#offset = 0;

	constructor(file)
	{
		this.#file = file;
		mkdirSync(dirname(file), { recursive: true });
	}

	append(to, kind, text, code)
	{
		const at = Math.floor(Date.now() / 1000);
		appendFileSync(this.#file, `${JSON.stringify({ to, kind, text, code, at })}\n`);
	}

	// Newest first; to: undefined means everybody.
	list(to, most = 200)
	{
		this.#read();
		const found = [];
		for (let i = this.#messages.length - 1; i >= 0 && found.length < most; i--) {
			if (to === undefined || this.#messages[i].to === to)
				found.push(this.#messages[i]);
		}
		return found;
	}

	// Reads on from where it stopped, whole lines only: a writer may be in the middle of one.
	#read()
	{
		let fd;
		try {
			fd = openSync(this.#file, 'r');
		} catch (error) {
			if (error.code === 'ENOENT')
				return;
			throw error;
		}
		try {
			const { size } = fstatSync(fd);
			if (size < this.#offset) {
				this.#offset = 0;
				this.#messages = [];
			}
			const bytes = Buffer.alloc(size - this.#offset);
			const got = readSync(fd, bytes, 0, bytes.length, this.#offset);
			const end = bytes.lastIndexOf(10, got - 1) + 1;
			this.#offset += end;
			for (const line of bytes.toString('utf8', 0, end).split('\n'))
				this.#take(line);
			this.#messages.splice(0, this.#messages.length - KEEP);
		} finally {
			closeSync(fd);
		}
	}

	#take(line)
	{
		if (!line)
			return;
		try {
			const { to = '', kind = '', text = '', code = '', at = 0 } = JSON.parse(line);
			this.#messages.push({ to, kind, text, code, at });
		} catch {
			console.error('outbox: a line that is not JSON');
		}
	}
}
