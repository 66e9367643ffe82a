// The picture workers under fire: whatever is sent or killed costs one picture, never the pool.
//   node --test tests/faults/photo_worker.mjs
// Speaks the protocol of lib/photo/wire.h on its own.  BUILD: the build folder; PICTURES: what
// tests/sandbox/pictures/make.mjs has made, $BUILD/pictures if not told, made there when missing.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test as unlimited } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PAYLOAD } from '../sandbox/pictures/hostile.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const build = resolve(root, process.env.BUILD ?? 'build');
const pictures = resolve(root, process.env.PICTURES ?? join(build, 'pictures'));
const program = join(build, 'libexec/photo-worker');
const kinds = { portrait: 1, id_front: 2, id_back: 3, face: 4 };
const faults = [null, 'photo_too_small', 'photo_too_large', 'photo_type', 'photo_pixels', 'photo_unreadable', 'photo_busy'];
const folder = mkdtempSync(join(tmpdir(), 'photo-worker-'));
const socket = join(folder, 's');
const started = [];
const test = (name, body) => unlimited(name, { timeout: 120000 }, body);
const picture = (name) => readFileSync(join(pictures, name));

const until = async (what, condition) => {
	for (const end = Date.now() + 30000; Date.now() < end;) {
		const found = condition();
		if (found) return found;
		await new Promise((go) => setTimeout(go, 20));
	}
	throw new Error(`waited in vain: ${what}`);
};

const children = (pid) => {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
};

// Starts the program with these keys over the common ones; by: what it is started through.
const start = ({ keys = {}, by = [], name = 'worker' } = {}) => {
	const conf = join(folder, `${name}.hdf`);
	const all = { Socket: socket, Models: join(build, 'models'), Seconds: 3, Queue: 64, ...keys };
	writeFileSync(conf, [`#include "${root}conf/sbk.hdf"`, ...Object.entries(all).map(([key, value]) => `Photo.${key} = ${value}`), ''].join('\n'));
	const child = spawn([...by, program][0], [...by, program].slice(1), {
		env: { ...process.env, SBK_CONF: conf, ...(by[0] === 'strace' && { ASAN_OPTIONS: 'detect_leaks=0' }) }, stdio: ['ignore', 'ignore', 'pipe'],
	});
	const worker = { child, traced: by[0] === 'strace', log: '', ended: once(child, 'close').then(([code]) => code) };
	child.stderr.on('data', (data) => { worker.log += data; });
	started.push(worker);
	return worker;
};
const ready = async (options) => {
	const worker = start(options);
	await until(`start: ${worker.log}`, () => worker.log.includes('"event":"start","workers"') || worker.child.exitCode !== null);
	assert.equal(worker.child.exitCode, null, worker.log);
	return worker;
};
// strace lets no signal through: the program itself is its child.
const end = async (worker, signal = 'SIGTERM') => {
	const pid = worker.traced ? children(worker.child.pid)[0] : worker.child.pid;
	if (pid && worker.child.exitCode === null && worker.child.signalCode === null) process.kill(pid, signal);
	return worker.ended;
};

const request = (kind, length) => {
	const head = Buffer.alloc(12);
	head.write('SBKq');
	head.writeUInt16BE(1, 4);
	head.writeUInt16BE(kinds[kind], 6);
	head.writeUInt32BE(length, 8);
	return head;
};
// The answer; { hungUp } when there was none.
const ask = (kind, data, path = socket) => new Promise((done) => {
	const parts = [];
	const conn = createConnection(path, () => conn.write(Buffer.concat([request(kind, data.length), data])));
	conn.on('data', (part) => parts.push(part));
	conn.on('error', () => done({ hungUp: true }));
	conn.on('close', () => {
		const all = Buffer.concat(parts);
		if (all.length < 24) return done({ hungUp: true });
		const [factsLength, jpegLength] = [all.readUInt32BE(16), all.readUInt32BE(20)];
		assert.equal(all.toString('latin1', 0, 4), 'SBKa');
		assert.equal(all.length, 24 + factsLength + jpegLength);
		done({
			fault: faults[all.readUInt16BE(6)], width: all.readUInt32BE(8), height: all.readUInt32BE(12),
			facts: all.toString('utf8', 24, 24 + factsLength), jpeg: all.subarray(24 + factsLength),
		});
	});
});
const assertServes = async (path) => assert.equal((await ask('portrait', picture('portrait.jpg'), path)).fault, null);

const decoders = (worker) => children(worker.child.pid).flatMap(children);

let worker;
before(async () => {
	if (!existsSync(join(pictures, 'index.json')))
		execFileSync('node', [join(root, 'tests/sandbox/pictures/make.mjs'), pictures]);
	worker = await ready();
});
after(async () => {
	await Promise.all(started.map((each) => end(each, 'SIGKILL')));
	rmSync(folder, { recursive: true });
});

/* What is wrong with the answer to a picture of the set; nothing: "". */
function complaint({ kind, fault }, answer) {
	if (fault === 'photo_too_large')
		return answer.hungUp ? '' : 'was heard out'; // the asker never sends so much
	if (answer.fault !== fault)
		return `ended as ${answer.fault}, not as ${fault}`;
	if (fault !== null)
		return answer.jpeg.length > 0 ? 'a picture in spite of the fault' : '';
	if (typeof JSON.parse(answer.facts) !== 'object')
		return 'no facts';
	if (answer.jpeg.includes(PAYLOAD.slice(8, 30)))
		return 'the payload came out';
	if (kind === 'portrait')
		return answer.width === 358 && answer.height === 441 && answer.jpeg.length <= 61440 ? '' : 'another size';
	return Math.max(answer.width, answer.height) <= 1600 ? '' : 'too large';
}

const set = JSON.parse(readFileSync(join(pictures, 'index.json')));
const hostile = set.filter(({ file }) => file.startsWith('hostile-'));

async function complaints(pictures, path) {
	const all = [];
	for (const one of pictures) {
		const said = complaint(one, await ask(one.kind, picture(one.file), path));
		if (said)
			all.push(`${one.file} as ${one.kind}: ${said}`);
	}
	return all;
}

test('every picture of the set ends as the set says, and no payload comes out', async () => {
	assert.ok(hostile.length >= 60);
	assert.deepEqual(await complaints(set), []);
	await assertServes();
});

test('so it does whatever it is said to be', async () => {
	const whole = process.env.FAULTS === 'full';
	const files = whole ? hostile : hostile.filter(({ file }) => file.includes('scene-'));
	const others = whole ? ['id_front', 'id_back', 'face'] : ['id_front'];
	const all = others.flatMap((kind) => files.map((one) => ({ ...one, kind })));
	// A face may come in a smaller file.
	const some = all.filter(({ kind, fault }) => kind !== 'face' || fault !== 'photo_too_small');
	// Not about time.
	const path = join(folder, 'patient');
	const patient = await ready({ keys: { Socket: path, Seconds: 60 }, name: 'patient' });
	assert.deepEqual(await complaints(some, path), []);
	await assertServes(path);
	assert.equal(await end(patient), 0);
});

test('a decoder that is killed costs its picture, not the next', async () => {
	const asked = ask('id_front', picture('id-front.heic'));
	const [pid] = await until('a decoder', () => decoders(worker)[0] && decoders(worker));
	process.kill(pid, 'SIGKILL');
	assert.equal((await asked).fault, 'photo_unreadable');
	await assertServes();
});

test('a decoder that stands still is ended after Photo.Seconds', async () => {
	const asked = ask('id_front', picture('id-front.heic'));
	const [pid] = await until('a decoder', () => decoders(worker)[0] && decoders(worker));
	process.kill(pid, 'SIGSTOP');
	assert.equal((await asked).fault, 'photo_unreadable');
	await assertServes();
});

test('a decoder whose asker has gone is ended at once', async () => {
	const conn = createConnection(socket);
	const data = picture('id-front.heic');
	conn.write(Buffer.concat([request('id_front', data.length), data]));
	const [pid] = await until('a decoder', () => decoders(worker)[0] && decoders(worker));
	process.kill(pid, 'SIGSTOP');
	conn.destroy();
	const gone = Date.now();
	await until('its end', () => !existsSync(`/proc/${pid}`));
	assert.ok(Date.now() - gone < 2500);
	await assertServes();
});

test('an acceptor that is killed is replaced', async () => {
	const first = children(worker.child.pid);
	assert.equal(first.length, 2);
	for (const pid of first) process.kill(pid, 'SIGKILL');
	await until('new acceptors', () => children(worker.child.pid).filter((pid) => !first.includes(pid)).length === 2);
	await assertServes();
});

test('askers that talk nonsense or hang up are nobody’s trouble', async () => {
	const nonsense = [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(12), request('portrait', 0xffffffff),
		Buffer.concat([request('portrait', 30000), Buffer.alloc(100)]), Buffer.from('SB')];
	for (const bytes of nonsense) {
		const conn = createConnection(socket);
		conn.on('error', () => {});
		conn.end(bytes);
		conn.resume();
		await new Promise((closed) => conn.on('close', closed));
	}
	await assertServes();
});

test('fifty at once all get their answer', async () => {
	const answers = await Promise.all(Array.from({ length: 50 }, () => ask('portrait', picture('portrait.webp'))));
	assert.deepEqual(answers.filter((answer) => answer.fault !== null), []);
});

test('one more than may wait is turned away at once, and the others get their answer', async () => {
	const path = join(folder, 'short');
	const short = await ready({ keys: { Socket: path, Workers: 1, Queue: 1 }, name: 'short' });
	const answers = await Promise.all(Array.from({ length: 12 }, () => ask('id_front', picture('id-front.jpg'), path)));
	assert.ok(answers.some(({ hungUp }) => hungUp));
	assert.ok(answers.filter(({ fault }) => fault === null).length >= 2);
	assert.ok(answers.every(({ hungUp, fault }) => hungUp || fault === null));
	assert.equal(await end(short), 0);
});

test('a decoder sees no file, no descriptor, no parent’s secret path', async () => {
	const asked = ask('id_front', picture('id-front.heic'));
	const [pid] = await until('a decoder', () => decoders(worker)[0] && decoders(worker));
	process.kill(pid, 'SIGSTOP');
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	// Confined when it has got that far; a decoder stopped earlier has not yet touched the picture.
	if (/^Seccomp:\t2/m.test(status) && !process.env.ASAN_OPTIONS)
		assert.ok(readdirSync(`/proc/${pid}/fd`).length <= 1);
	assert.match(status, /^NoNewPrivs:\t1/m);
	process.kill(pid, 'SIGCONT');
	await asked;
});

test('too little memory costs the picture', async () => {
	const path = join(folder, 'small');
	const small = await ready({ keys: { Memory: 536870912, Socket: path }, name: 'small' });
	// Progressive: all coefficients of 56 megapixels must be kept.
	const answer = await ask('portrait', picture('hostile-scans.jpg'), path);
	assert.equal(answer.fault, 'photo_unreadable');
	await assertServes(path);
	assert.equal(await end(small), 0);
});

test('SIGTERM lets the picture in hand be finished', async () => {
	const path = join(folder, 'leaving');
	const leaving = await ready({ keys: { Socket: path }, name: 'leaving' });
	const asked = ask('id_front', picture('id-front.heic'), path);
	await until('a decoder', () => decoders(leaving)[0]);
	assert.equal(await end(leaving), 0);
	assert.equal((await asked).fault, null);
	assert.equal(existsSync(path), false);
});

test('a socket that is served is not taken away; one left over is', async () => {
	const second = start({ name: 'second' });
	assert.notEqual(await second.ended, 0);
	assert.match(second.log, /served already/);
	await assertServes();
	const path = join(folder, 'left');
	const left = await ready({ keys: { Socket: path }, name: 'left' });
	left.child.kill('SIGKILL');
	await left.ended;
	assert.ok(existsSync(path));
	const next = await ready({ keys: { Socket: path }, name: 'next' });
	await assertServes(path);
	assert.equal(await end(next), 0);
});

test('a listener passed as descriptor 0 is used', async () => {
	const path = join(folder, 'passed');
	const by = ['spawn-fcgi', '-n', '-s', path, '--'];
	const passed = await ready({ by, keys: { Socket: join(folder, 'unused') }, name: 'passed' });
	await assertServes(path);
	assert.equal(existsSync(join(folder, 'unused')), false);
	assert.equal(await end(passed), 0);
});

test('it does not start with a key missing or out of range', async () => {
	for (const [key, value] of [['Socket', ''], ['Memory', '1'], ['Workers', 'many']]) {
		const refused = start({ keys: { [key]: value }, name: 'refused' });
		assert.notEqual(await refused.ended, 0);
		assert.match(refused.log, new RegExp(`Photo\\.${key}`));
	}
});

test('it does not serve behind a wall that does not stand', async () => {
	// libseccomp asks nine questions of the kernel before it sets the filter.
	for (const call of ['landlock_restrict_self:retval=0', 'prlimit64:retval=0', 'seccomp:retval=0:when=10+']) {
		const by = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `inject=${call}`];
		const fooled = start({ by, keys: { Socket: join(folder, 'fooled') }, name: 'fooled' });
		assert.notEqual(await fooled.ended, 0, call);
		assert.match(fooled.log, /can still/, call);
	}
});

test('a kernel without landlock is told, and refused where it is required', async () => {
	const by = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=landlock_create_ruleset:error=ENOSYS'];
	const path = join(folder, 'old');
	const old = await ready({ by, keys: { Socket: path }, name: 'old' });
	assert.match(old.log, /landlock absent/);
	await assertServes(path);
	assert.equal(await end(old), 0);
	const strict = start({ by, keys: { RequireLandlock: 1, Socket: join(folder, 'strict') }, name: 'strict' });
	assert.notEqual(await strict.ended, 0);
});
