/*
 * room.mjs - a bureau of its own beside the instance's: another database on the same server, folders and keys; made new, and gone
 * at the end. What runs in it believes in the room's clock.
 *
 * Wants $VAR, $SBK_CONF and $BUILD of an instance whose database runs.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { client, query } from '../database.mjs';
import { alive } from '../faults/instance.mjs';

const { BUILD, SBK_CONF, VAR } = process.env;
const sharp = createRequire(new URL('../sandbox/package.json', import.meta.url))('sharp');
export const root = fileURLToPath(new URL('../..', import.meta.url));
/* In memory where there is some: programs are killed here, no machine loses its power. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const theBank = join(root, 'tests/sandbox/bank.mjs');
const library = '/usr/$LIB/faketime/libfaketime.so.1';
const seconds = (at) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/* Who works beside whom: as many processes as there are parts. */
export const inParts = (banks) => banks.filter((_, i) => i % 3 === 0).map((_, i) => banks.slice(3 * i, 3 * i + 3));

/* libfaketime leaves its memory behind where a process was killed. */
function sweepClocks()
{
	const left = (existsSync('/dev/shm') ? readdirSync('/dev/shm') : []).map((name) => /^(?:sem\.faketime_sem|faketime_shm)_(\d+)$/.exec(name));
	for (const [name, pid] of left.filter(Boolean))
		if (!alive(Number(pid)))
			rmSync(join('/dev/shm', name), { force: true });
}

export class Room {
	/* at: Beijing's clock from now on, "2026-12-07T10:00"; it goes on from there in every command. */
	constructor(at)
	{
		this.dir = mkdtempSync(join(place, 'month-'));
		this.database = this.dir.split('/').pop().replace('-', '_');
		for (const name of ['exchange', 'keys', 'ledgers'])
			mkdirSync(this[name] = join(this.dir, name));
		this.acknowledged = join(this.dir, 'acknowledged');
		writeFileSync(this.acknowledged, '');
		this.conf = this.#configuration('sbk', SBK_CONF);
		this.at(at);
	}

	#configuration(name, from)
	{
		const file = join(this.dir, `${name}.hdf`);
		writeFileSync(file, `#include "${from}"\nDb.Name = ${this.database}\nExchange.Dir = ${this.exchange}\nExchange.Keys = ${this.keys}\n`
			+ 'Exchange.BatchRecords = 3\n');
		return file;
	}

	async open()
	{
		query(`CREATE DATABASE ${this.database}; GRANT ALL ON ${this.database}.* TO sbk_migrate@localhost`);
		execFileSync(`${BUILD}/bin/sbk`, ['migrate'], { env: { ...process.env, SBK_CONF: this.#configuration('migrate', `${VAR}/migrate.hdf`) }, stdio: 'pipe' });
		client(client(readFileSync(join(root, 'conf/grants.sql'), 'utf8'), this.database), this.database);
		/* The certificates are from the day before. */
		execFileSync(process.execPath, [join(root, 'tests/sandbox/keys.mjs'), this.keys], { env: { ...process.env, ...this.clock(-86400000) }, stdio: 'pipe' });
		this.portrait = join(this.dir, 'portrait.jpg');
		await sharp({ create: { width: 358, height: 441, channels: 3, background: '#fff' } }).jpeg().toFile(this.portrait);
	}

	close()
	{
		query(`DROP DATABASE IF EXISTS ${this.database}; REVOKE ALL ON ${this.database}.* FROM sbk_migrate@localhost`);
		rmSync(this.dir, { recursive: true });
		sweepClocks();
	}

	at(time)
	{
		this.now = Date.parse(`${time}:00+08:00`);
	}

	clock(shift = 0)
	{
		return { LD_PRELOAD: library, FAKETIME: `@${seconds(this.now + shift)}`, TZ: 'UTC', FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' };
	}

	/* A command under the room's clock: {code, signal, out, err}. tracer: a command before it, to which the clock is real. */
	run(command, args, { input = '', tracer, started } = {})
	{
		const clock = this.clock();
		const [program, ...all] = tracer ? [...tracer, ...Object.entries(clock).flatMap(([name, value]) => ['-E', `${name}=${value}`]), command, ...args]
			: [command, ...args];
		const child = spawn(program, all, { env: { ...process.env, SBK_CONF: this.conf, ...(tracer ? {} : clock) } });
		started?.(child);
		const said = { out: '', err: '' };
		child.stdout.on('data', (data) => { said.out += data; });
		child.stderr.on('data', (data) => { said.err += data; });
		child.stdin.on('error', () => {}).end(input);
		return new Promise((done, failed) => {
			child.on('error', failed).on('close', (code, signal) => done({ code, signal, ...said }));
		});
	}

	sbk(args, how)
	{
		return this.run(`${BUILD}/bin/sbk`, args, how);
	}

	async bank(...args)
	{
		const { code, err } = await this.run(process.execPath, [theBank, '--exchange', this.exchange, '--keys', this.keys, '--ledgers', this.ledgers, ...args]);
		if (code !== 0)
			throw new Error(`the bank ${args.join(' ')}: ${err}`);
	}

	/* What citizens ask for, by citizens.c; the answers, of which those acknowledged are kept. */
	async citizens(wishes, how)
	{
		if (wishes.length === 0)
			return [];
		const { out } = await this.run(`${BUILD}/unit/citizens`, [this.portrait], { input: `${wishes.join('\n')}\n`, ...how });
		const answers = wishes.map((_, i) => out.split('\n').slice(0, -1)[i] ?? '-');
		const applied = answers.filter((no, i) => no !== '-' && wishes[i].startsWith('apply '));
		writeFileSync(this.acknowledged, applied.map((no) => `${no}\n`).join(''), { flag: 'a' });
		return answers;
	}

	/* What books.mjs says of these banks; it remembers what it has opened. */
	async books(banks)
	{
		const { exchange, keys, ledgers, database, acknowledged, dir } = this;
		const said = await Promise.all(inParts(banks).map((part) => this.run(process.execPath, [join(root, 'tests/month/books.mjs'),
			...Object.entries({ exchange, keys, ledgers, database, acknowledged, seen: join(dir, `seen-${part[0]}`) }).flatMap(([name, value]) => [`--${name}`, value]),
			...part.flatMap((bank) => ['--bank', bank])])));
		for (const { code, out, err } of said)
			if ((code !== 0) !== (out !== ''))
				throw new Error(`books.mjs: ${err}`);
		return said.flatMap(({ out }) => out.split('\n').filter(Boolean));
	}

	sql(text)
	{
		return query(text, this.database);
	}

	files(bank, folder)
	{
		return readdirSync(join(this.exchange, bank, folder));
	}
}

/* The lines of sbk's log that speak of an event. */
export const events = (err) => err.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)).filter(({ event }) => event);
