/* Messages to citizens: each arrives once or has failed for good, whatever becomes of the jobs and of the gateway. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { Citizen, sandbox } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { BUILD, alive, configuration, end, kill, pid, start, until } from './instance.mjs';
import { people } from './people.mjs';

const hasty = { 'Http.Timeout': 1, 'Outbox.Lease': 2, 'Outbox.Delay': 1, 'Outbox.DelayMax': 1, 'Outbox.Pause': 20 };
const waiting = () => Number(value("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'"));
const states = () => query('SELECT DISTINCT state FROM outbox WHERE id NOT IN (SELECT id FROM seen_outbox)').flat().sort();

/* What the next questions to the gateway meet. */
const behave = (...next) => fetch(`${sandbox()}/sms/behave`, { method: 'POST', body: JSON.stringify({ next }) });

const received = async (phone) => (await (await fetch(`${sandbox()}/outbox?to=${phone}`)).json()).length;

function job(config) {
	const child = spawn(`${BUILD}/bin/sbk`, ['outbox', '--follow'], {
		env: { ...process.env, SBK_CONF: config }, stdio: ['ignore', 'ignore', 'ignore'],
	});
	return child.pid;
}

/* So many citizens hand in an application; each is owed one message. */
async function submitted(count) {
	const all = people(count);
	query('CREATE TABLE IF NOT EXISTS seen_outbox (id BINARY(16) PRIMARY KEY); REPLACE INTO seen_outbox SELECT id FROM outbox');
	for (const who of all)
		await new Citizen(who).apply();
	assert.equal(waiting(), count);
	return all.map((who) => who.phone);
}

before(async () => {
	await until('the messages before', () => waiting() === 0);
	await end(pid('outbox'));
});

after(async () => {
	await behave();
	query('DROP TABLE IF EXISTS seen_outbox');
	await start();
});

test('a message arrives once, however many jobs send, and however often they are killed', async () => {
	const phones = await submitted(8), config = configuration('outbox', hasty);
	let jobs = [];

	await behave('lost', 'slow', 500, 'lost', 429, 'lost', 'slow', 'lost');
	for (let round = 0; waiting() > 0; round++) {
		assert.ok(round < 60);
		jobs = [job(config), job(config), job(config)];
		const before = waiting();
		// One round is ended in the middle of it, the next comes on.
		await until('something sent', () => waiting() < before || round % 2, 10);
		for (const one of jobs)
			kill(one);
		await until('their end', () => !jobs.some(alive));
	}
	for (const phone of phones)
		assert.equal(await received(phone), 1, phone);
	assert.deepEqual(states(), ['sent']);
});

test('what the gateway refuses, and what it never takes, has failed for good, is logged and counted', async () => {
	const phones = await submitted(2);

	await behave(400);
	const once = spawnSync(`${BUILD}/bin/sbk`, ['outbox'], { env: { ...process.env, SBK_CONF: configuration('refused', hasty) }, encoding: 'utf8' });
	assert.equal(once.status, 0);
	assert.match(once.stderr, /"message_failed".*"status":400/);
	assert.doesNotMatch(once.stderr, new RegExp(phones.join('|')));
	assert.deepEqual(states(), ['failed', 'sent']);

	const [phone] = await submitted(1);
	const down = job(configuration('down', { ...hasty, 'Sms.Url': 'https://127.0.0.1:9/sms', 'Outbox.Tries': 3 }));
	await until('the last try', () => waiting() === 0);
	await end(down);
	assert.deepEqual(states(), ['failed']);
	assert.equal(await received(phone), 0);
	const failed = value("SELECT COUNT(*) FROM outbox WHERE state = 'failed'");
	assert.ok(failed >= 2);
	assert.match((await new Citizen({}).get('/metrics')).text, new RegExp(`sbk_outbox_failed ${failed}\n`));
});

test('while the database is away the job waits, and goes on with it', async () => {
	const config = configuration('away', hasty), patient = job(config);
	const [who] = people(1);

	await end(pid('mariadb'), 'SIGKILL');
	await start();
	await end(pid('outbox'));
	await new Citizen(who).apply();
	await until('the message', async () => await received(who.phone) === 1);
	assert.ok(alive(patient));
	await end(patient);
});
