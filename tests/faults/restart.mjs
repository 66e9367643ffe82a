/* Programs that are told to end finish what they have begun; those that come after are served by the next. */
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { Citizen, details, origin } from '../citizen.mjs';
import { query } from '../database.mjs';
import { VAR, alive, children, end, full, instead, kill, pid, start, until, workers } from './instance.mjs';
import { people } from './people.mjs';

after(start);

async function prepared(who) {
	const c = new Citizen(who);
	await c.prepare();
	return c;
}

/* Holds every draft in a transaction of its own, so that whoever saves one has to wait. */
async function holdDrafts() {
	const client = spawn('mariadb', ['--no-defaults', '-S', `${VAR}/mariadb/db.sock`, '-u', 'root', '-N', '-B', '-n', 'sbk'],
		{ stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = new Promise((done) => { client.on('close', done); });
	client.stdin.write("START TRANSACTION; SELECT COUNT(*) FROM draft FOR UPDATE; SELECT 'held';\n");
	await new Promise((held) => {
		client.stdout.on('data', (text) => { if (String(text).includes('held')) held(); });
	});
	return () => { client.stdin.end('ROLLBACK;\n'); return ended; };
}

/* Nothing else takes a program so long. */
const somebodyWaits = () => query("SELECT 1 FROM information_schema.processlist " +
	"WHERE user = 'sbk' AND command <> 'Sleep' AND time_ms > 100").length > 0;

/* A form that is being saved when this happens to the program is answered. */
async function inTheMiddle(happens) {
	const c = await prepared(people(1)[0]);
	await c.get('/apply/details');
	const before = workers('details'), release = await holdDrafts();
	const answer = c.post({ intent: 'next', ...details, address: '建国路 93 号 7 号楼' });
	try {
		await until('a form being saved', somebodyWaits);
		await happens();
	} finally {
		await release();
	}
	assert.equal((await answer).to, '/apply/delivery');
	return { c, before };
}

test('a worker that gets SIGTERM while it saves a form answers it first', async () => {
	const { c, before } = await inTheMiddle(() => workers('details').forEach((worker) => kill(worker, 'SIGTERM')));
	await until('new workers', () => workers('details').length === 2 && !workers('details').some((w) => before.includes(w)));
	await c.get('/apply/details');
	assert.match(c.page, />建国路 93 号 7 号楼<\/textarea>/);
});

test('a program that is stopped while it saves a form answers it first', async () => {
	const main = pid('details');
	const { c, before } = await inTheMiddle(() => kill(main, 'SIGTERM'));
	await until('the end of the program', () => children(main).length === 0 && !before.some((w) => workers('details').includes(w)));
	await end(main);
	await start();
	await c.get('/apply/details');
	assert.match(c.page, />建国路 93 号 7 号楼<\/textarea>/);
});

test('a program whose supervisor is killed is as new after the next start, and nobody is left of the old one', async () => {
	const main = pid('delivery'), orphans = workers('delivery');
	await end(main, 'SIGKILL');
	await start();
	await until('the end of its workers', () => !orphans.some(alive));
	assert.equal(workers('delivery').length, 2);
});

/* A FastCGI responder that says how long its page is, sends half of it, and is gone. */
const dies = `require('node:net').createServer((peer) => peer.once('data', () => {
	const half = Buffer.from('Status: 200\\r\\nContent-Type: text/html\\r\\nContent-Length: 9000\\r\\n\\r\\n' + 'page '.repeat(800));
	peer.end(Buffer.concat([Buffer.from([1, 6, 0, 1, half.length >> 8, half.length & 255, 0, 0]), half]));
})).listen({ fd: 0 });`;

/* Whether an answer came to its end; fetch would not say. */
const whole = (path, encoding) => new Promise((done, failed) => {
	get(origin() + path, { headers: { 'accept-encoding': encoding } }, (answer) => {
		answer.resume().on('error', () => {}).on('close', () => done(answer.complete));
	}).on('error', failed);
});

test('a page whose worker dies in its middle does not pass for a whole one, compressed or not', async () => {
	const stand = await instead('delivery', [process.execPath, '-e', dies]);
	try {
		for (const encoding of ['gzip', 'identity'])
			assert.equal(await whole('/apply/delivery', encoding), false, encoding);
	} finally {
		await end(stand.pid);
		await start();
	}
	assert.equal(await whole('/apply/delivery', 'gzip'), true);
});

test('two programs restarted again and again under load: no request is lost', async () => {
	const restarted = ['details', 'delivery'];
	const crowd = await Promise.all(people(3).map(prepared));
	const rounds = full ? 40 : 8;
	const seen = [];
	let going = true;
	const load = crowd.map(async (c, who) => {
		for (let n = 0; going; n++) {
			await c.get('/apply/details');
			seen.push((await c.post({ intent: 'next', ...details, address: `望京街 ${n} 号 ${who} 单元` })).status);
			await c.get('/apply/delivery');
			seen.push((await c.post({ intent: 'next', delivery: 'branch' })).status);
		}
	});
	try {
		for (let round = 0; round < rounds; round++) {
			const before = restarted.flatMap(workers), sofar = seen.length;
			before.forEach((worker) => kill(worker, 'SIGTERM'));
			await until('all new workers, and requests served by them', () => seen.length > sofar + 6 &&
				restarted.every((name) => workers(name).length === 2) && !restarted.flatMap(workers).some((w) => before.includes(w)));
		}
	} finally {
		going = false;
		await Promise.all(load);
	}
	assert.deepEqual([...new Set(seen)], [303], `${seen.filter((status) => status !== 303).length} of ${seen.length} lost`);
});
