/* Citizens apply while workers, picture workers and the database are killed: nothing acknowledged is lost, nothing is doubled. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Citizen } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { BUILD, end, full, kill, pid, scratch, start, workers } from './instance.mjs';
import { people } from './people.mjs';
import { open, personKey } from './sealed.mjs';
import { Walker } from './walker.mjs';

const size = full ? { citizens: 40, edits: 8, outages: 4, pause: 80 } : { citizens: 6, edits: 5, outages: 1, pause: 80 };
const ledger = `${scratch}/ledger.jsonl`;
const programs = ['login', 'disclaimer', 'photos', 'details', 'delivery', 'review', 'done'];

/* Knows what was broken when, and so which answers may be. */
const witness = {
	killed: 0, /* workers */
	cut: 0, /* requests that a worker took with it */
	blind: 0, /* picture workers killed */
	busy: 0, /* forms refused because of that */
	answers: 0,
	outages: [], /* of the database: { from, to } in ms */
	asked: new Map(), /* program: requests under way */

	begins(path) {
		const program = path.split('/').at(path.startsWith('/login') ? 1 : -1), from = Date.now();
		this.asked.set(program, (this.asked.get(program) ?? 0) + 1);
		return (answer) => {
			this.asked.set(program, this.asked.get(program) - 1);
			this.answers++;
			this.judge(path, answer, from);
		};
	},

	judge(path, { status, headers, torn }, from) {
		if (torn) {
			assert.equal(torn, 'terminated');
			this.cut++;
			return;
		}
		assert.match(headers.get('x-request-id'), /^[0-9a-f]{32}$/);
		assert.match(headers.get('content-security-policy'), /default-src 'none'/);
		assert.equal(headers.get('x-content-type-options'), 'nosniff');
		assert.equal(headers.get('cache-control'), 'no-store');
		if (status === 502) {
			this.cut++;
		} else if (status === 503 || status === 504) {
			assert.ok(headers.get('retry-after'));
			assert.ok(this.away(from), `${path}: ${status} while nothing was away`);
		} else {
			assert.ok([200, 303, 422, 429].includes(status), `${path}: ${status}`);
		}
	},

	/* The one refusal that she does not owe to herself: nobody to look at her pictures. */
	refused(step, { status, text }, from) {
		const said = [...text.matchAll(/<li><a href="#[a-z_]+">([^<]*)/g)].map(([, words]) => words);
		assert.deepEqual([step, status], ['photos', 422], `${step}: ${status} ${said}`);
		assert.ok(said.every((words) => /检查照片的人太多/.test(words)), said.join('; '));
		this.busy += this.away(from) ? 0 : 1;
	},

	/* Between then and now the database was away, and the picture workers with it. */
	away(from) {
		return this.outages.some((outage) => from <= outage.to && Date.now() >= outage.from);
	},
};

const any = (list) => list[Math.floor(Math.random() * list.length)];

/* Kills, mostly who is at work, until told to stop. */
async function killer(state) {
	while (state.going) {
		await sleep(size.pause * 2 * Math.random());
		const share = size.outages * state.done / (size.citizens * size.edits * 2);
		if (witness.outages.length < size.outages && share > witness.outages.length + 0.3) {
			await outage();
		} else if (Math.random() < 0.15) {
			const victim = any(workers('photo-worker'));
			witness.blind += victim && kill(victim) ? 1 : 0;
		} else {
			const busy = programs.filter((name) => witness.asked.get(name) > 0);
			const victim = any(workers(any(busy.length && Math.random() < 0.8 ? busy : programs)));
			witness.killed += victim && kill(victim) ? 1 : 0;
		}
	}
}

/* The database dies, and with it all picture workers; both come back. */
async function outage() {
	const times = { from: Date.now(), to: Infinity };
	witness.outages.push(times);
	await Promise.all([end(pid('mariadb'), 'SIGKILL'), end(pid('photo-worker'), 'SIGKILL')]);
	witness.blind++;
	await sleep(500 * Math.random());
	await start();
	times.to = Date.now();
}

/* The ledger, read back: what each citizen was told last. */
function told() {
	const all = new Map();
	for (const line of readFileSync(ledger, 'utf8').split('\n').filter(Boolean)) {
		const { event, who, step, values, no } = JSON.parse(line);
		const one = all.get(who) ?? all.set(who, { steps: {}, logins: 0 }).get(who);
		if (event === 'acknowledged')
			one.steps[step] = values;
		else if (event === 'receipt')
			one.no = no;
		else if (event === 'login')
			one.logins++;
	}
	return all;
}

const rows = (columns, table, key) => query(`SELECT ${columns} FROM ${table} WHERE person = X'${key}'`);
const bytes = (hex) => Buffer.from(hex, 'hex');
let crowd, finished = false;

/* Only who has come to the end can be asked what she was told last. */
const afterwards = (sentence, check) => test(sentence, (t) => (finished ? check(t) : t.skip('not all got through')));

before(() => {
	writeFileSync(ledger, '');
	crowd = people(size.citizens).map((who, n) => new Walker(who, { ledger, witness, edits: size.edits, submits: n % 3 !== 2 }));
});
after(start);

test(`${size.citizens} citizens get through while everything is killed again and again`, async (t) => {
	const state = { going: true, done: 0 };
	for (const walker of crowd) {
		const { note } = walker;
		walker.note = (event, fields) => { state.done += event === 'acknowledged' ? 1 : 0; note.call(walker, event, fields); };
	}
	const killing = killer(state);
	const results = await Promise.allSettled(crowd.map((walker) => walker.walk()));
	state.going = false;
	await killing;
	await start();
	t.diagnostic(`${witness.answers} answers; ${witness.killed} workers killed, ${witness.cut} requests cut off; ` +
		`${witness.blind} times picture workers, ${witness.busy} forms refused; the database ${witness.outages.length} times`);
	for (const { reason } of results.filter((result) => result.status === 'rejected'))
		throw reason;
	finished = true;
	assert.equal(witness.outages.length, size.outages);
	assert.ok(witness.killed >= size.citizens);
});

afterwards('a worker killed costs one request at most', () => {
	assert.ok(witness.cut <= witness.killed, `${witness.cut} > ${witness.killed}`);
	assert.ok(witness.busy <= witness.blind, `${witness.busy} > ${witness.blind}`);
});

afterwards('each citizen has one application at most, and has one if she was told so', () => {
	for (const { who, submits } of crowd) {
		const { no } = told().get(who.username), key = personKey(who.id_number);
		assert.deepEqual(rows('no, state, live', 'application', key), submits ? [[no, 'SUBMITTED', '1']] : []);
		assert.equal(rows('version', 'draft', key).length, submits ? 0 : 1);
	}
});

afterwards('every acknowledged answer is in the draft or the application, and nothing else', () => {
	for (const { who, submits } of crowd) {
		const { steps, no } = told().get(who.username), key = personKey(who.id_number);
		const [[body]] = rows('HEX(body)', submits ? 'application' : 'draft', key);
		const opened = submits ? JSON.parse(open('application.body', no, bytes(body))) :
			JSON.parse(open('draft.body', bytes(key), bytes(body))).answers;
		const expected = { ...steps.details, ...steps.delivery };
		const answered = Object.keys(opened).filter((name) => name in expected || name.startsWith('mail_'));
		assert.deepEqual(Object.fromEntries(answered.map((name) => [name, opened[name]]).sort()), Object.fromEntries(Object.entries(expected).sort()));
		for (const kind of ['portrait', 'id_front', 'id_back']) {
			const [[owner, application, photo]] = query(
				`SELECT LOWER(HEX(person)), application, HEX(body) FROM photo WHERE id = X'${opened[kind]}' AND kind = '${kind}'`);
			assert.deepEqual([owner, application], [key, submits ? no : 'NULL']);
			assert.equal(open('photo.body', bytes(opened[kind]), bytes(photo)).readUInt16BE(), 0xffd8);
		}
	}
});

afterwards('pages show what was acknowledged', async () => {
	for (const walker of crowd) {
		const { steps, no } = told().get(walker.who.username);
		const c = new Citizen(walker.who);
		query('DELETE FROM throttle');
		assert.equal((await c.login()).status, 303);
		if (walker.submits) {
			const my = (await c.get('/my')).text;
			assert.deepEqual([...my.matchAll(/<article[^>]* id="([A-Z0-9]+)"/g)].map(([, id]) => id), [no]);
			assert.ok((await c.get('/apply/done')).text.includes(no));
		} else {
			for (const step of ['details', 'delivery']) {
				walker.last[step] = { acknowledged: steps[step] };
				walker.compare(step, (await c.get(`/apply/${step}`)).text);
			}
		}
	}
});

afterwards('events, consents, pictures, messages and the audit are complete, each once', () => {
	for (const { who, submits } of crowd) {
		const { no, logins } = told().get(who.username), key = personKey(who.id_number);
		const consents = ['disclaimer', 'photos', ...(submits ? ['bank_transfer', 'commitment'] : [])].sort();
		assert.deepEqual(rows('consent', 'consent', key).flat().sort(), consents);
		assert.equal(rows('id', 'outbox', key).length, submits ? 1 : 0);
		const [[account]] = query(`SELECT DISTINCT LOWER(HEX(account)) FROM session WHERE person = X'${key}'`);
		assert.ok(Number(value(`SELECT COUNT(*) FROM audit WHERE action = 'login' AND actor = '${account}'`)) >= logins);
		assert.equal(value(`SELECT COUNT(*) FROM audit WHERE action = 'submit' AND actor = '${account}'`), submits ? '1' : '0');
		if (submits) {
			assert.deepEqual(query(`SELECT n, state, cause FROM application_event WHERE application = '${no}'`), [['1', 'SUBMITTED', 'citizen']]);
			assert.equal(value(`SELECT COUNT(*) FROM photo WHERE application = '${no}'`), '3');
			assert.equal(value(`SELECT COUNT(*) FROM audit WHERE action = 'submit' AND subject = '${no}' AND actor = '${account}'`), '1');
		}
	}
});

afterwards('the audit chain is whole', (t) => {
	const said = execFileSync(`${BUILD}/bin/sbk`, ['audit', 'verify'], { encoding: 'utf8' });
	t.diagnostic(said.trim());
	assert.match(said, /, 0 broken chains/);
});
