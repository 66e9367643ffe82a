// The sandbox bank against a bureau that is nothing but the recipes of schema/README.md.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { anApplication, Bureau, mailed, profiles, values } from './bureau.mjs';
import { endings, samples, wrongIn, wrongMessage } from './samples.mjs';

const one = 'BJ261122AAAAAAAA1';
const two = 'BJ261122BBBBBBBB2';

function bureau(t, ...args)
{
	const made = new Bureau(...args);
	t.after(() => made.close());
	return made;
}

const rewrite = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')));

for (const profile of Object.keys(profiles)) test(`${profile}: a night answers an order with a receipt and four reports, one step each`, (t) => {
	const b = bureau(t, profile);
	const id = b.send(b.order(1, [anApplication(1, one), mailed(anApplication(2, two))]));
	b.runBank('--date', '2026-11-22');

	const [receipt, ...reports] = b.arrived().map((msg) => b.open(msg));
	assert.deepEqual(b.arrived(), [1, 2, 3, 4, 5].map((n) => `${b.bank}-BJSSC-20261122-00000${n}`));
	assert.deepEqual(values(receipt, 'ReceivedMsgId'), [id]);
	assert.deepEqual(values(receipt, 'Status'), ['ACCEPTED']);
	assert.deepEqual(values(receipt, 'RecordsCounted'), ['2']);
	const steps = ['ACCEPTED', 'ACCOUNT_OPENED', 'IN_PRODUCTION', 'PRODUCED'];
	assert.equal(reports.length, steps.length);
	for (const [i, report] of reports.entries()) {
		assert.deepEqual(values(report, 'OriginalMsgId'), [id]);
		assert.deepEqual(values(report, 'ApplicationNo'), [one, two]);
		assert.deepEqual(values(report, 'Status'), [steps[i], steps[i], steps[i]]);
		assert.deepEqual(values(report, 'Number'), ['2']);
	}
});

test('later nights bring the cards to people, one step a night, then there is nothing to say', (t) => {
	const b = bureau(t);
	b.send(b.order(1, [anApplication(1, one), mailed(anApplication(2, two))]));
	b.runBank();
	const nights = [['AT_BRANCH', 'MAILED'], ['COLLECTED', 'DELIVERED'], []];
	for (const [i, statuses] of nights.entries()) {
		b.runBank();
		const report = b.open(b.arrived()[5 + i]);
		assert.deepEqual(values(report, 'Status').slice(statuses.length), statuses);
		assert.deepEqual(values(report, 'NumberOfRecords'), [String(statuses.length)]);
		assert.equal(values(report, 'TrackingNo').length, i === 0 ? 1 : 0);
	}
	assert.equal(b.arrived().length, 8);
});

test('an empty order gets its receipt and an empty report', (t) => {
	const b = bureau(t);
	const id = b.send(b.order(1, []));
	b.runBank();
	assert.equal(b.arrived().length, 2);
	assert.deepEqual(values(b.open(b.arrived()[1]), 'OriginalMsgId'), [id]);
	assert.deepEqual(values(b.open(b.arrived()[1]), 'NumberOfRecords'), ['0']);
});

test('an order that still lies there is not answered again; one that comes again is, and nothing else is done', (t) => {
	const b = bureau(t);
	const id = b.send(b.order(1, [anApplication(1, one)]));
	b.runBank('--receive');
	b.runBank('--receive');
	assert.equal(b.arrived().length, 1);
	const before = b.ledger().applications;
	b.sign(id);
	b.runBank('--receive');
	assert.equal(b.arrived().length, 2);
	assert.deepEqual(values(b.open(b.arrived()[1]), 'Status'), ['ACCEPTED']);
	assert.deepEqual(b.ledger().applications, before);
});

test('a second attempt after a refusal goes its way under the same number', (t) => {
	const b = bureau(t);
	b.send(b.order(1, [anApplication(1, one)]));
	b.runBank('--refuse', 'D06');
	const refused = b.open(b.arrived()[1]);
	assert.deepEqual(values(refused, 'Status'), ['REJECTED', 'REJECTED']);
	assert.deepEqual(values(refused, 'Reason'), ['D06']);
	b.send(b.order(2, [anApplication(1, one, { Attempt: 2 })]));
	b.runBank();
	const last = b.open(b.arrived().at(-1));
	assert.deepEqual(values(last, 'Attempt'), ['2']);
	assert.deepEqual(values(last, 'Status'), ['PRODUCED', 'PRODUCED']);
});

test('an application that comes again in another order is not begun a second time', (t) => {
	const b = bureau(t);
	b.send(b.order(1, [anApplication(1, one)]));
	b.runBank();
	b.send(b.order(2, [anApplication(1, one)]));
	b.runBank();
	assert.deepEqual(b.ledger().applications.map(({ status }) => status), ['AT_BRANCH']);
});

const examined = [
	['D01', { IdNumber: '110105194912310021' }],
	['D02', { IdValidTo: '2026-11-21' }],
	['D05', { Branch: '1020004' }],
	['D06', { Photo: Buffer.from('not a JPEG at all').toString('base64') }],
];

test('what is wrong with one application is its own reason, the others go on', (t) => {
	const b = bureau(t);
	const bad = examined.map(([, changes], i) => anApplication(i + 1, `BJ261122CCCCCCC${i}`, changes));
	b.send(b.order(1, [...bad, anApplication(bad.length + 1, one)]));
	b.runBank('--date', '2026-11-22');
	const report = b.open(b.arrived()[1]);
	assert.deepEqual(values(report, 'Reason'), examined.map(([reason]) => reason));
	assert.deepEqual(values(report, 'Number'), [String(examined.length), '1']);
	assert.deepEqual(values(b.open(b.arrived()[4]), 'ApplicationNo'), [one]);
});

const good = (b) => b.order(2, [anApplication(1, one), anApplication(2, two)]);
const file = (b, id, ending) => join(b.outbound, `${id}.${ending}`);

for (const profile of Object.keys(profiles)) test(`${profile}: each wrong sample is refused with its code, and nothing of it is used`, async (t) => {
	const b = bureau(t, profile);
	b.keys = join(samples, 'keys');
	const offer = (dir, id) => {
		for (const name of readdirSync(dir).filter((one) => endings.some((ending) => one === `${id}.${ending}`)))
			copyFileSync(join(dir, name), join(b.outbound, name));
		b.runBank('--receive');
		for (const ending of endings)
			rmSync(file(b, id, ending), { force: true });
		return b.open(b.arrived().at(-1));
	};
	const sample = (day, seq) => values(offer(samples, `BJSSC-${b.bank}-202611${day}-0000${seq}`), 'Status')[0];

	assert.equal(sample(22, 17), 'ACCEPTED');
	assert.equal(b.ledger().applications.length, 2);
	for (const one of wrongIn(profile)) {
		await t.test(`${one.code}: ${one.what}`, () => {
			const before = b.ledger().applications;
			assert.deepEqual(values(offer(join(samples, 'wrong', one.code), wrongMessage(one, profile).id), 'Reason'), [one.code]);
			assert.deepEqual(b.ledger().applications, before);
		});
	}
	for (const [day, seq] of [[23, 18], [23, 19], [24, 20]])
		assert.equal(sample(day, seq), 'ACCEPTED');
});

test('UTF-16, a byte order mark and bytes that are not UTF-8 are refused with F06', (t) => {
	const b = bureau(t);
	const { xml } = b.order(1, []);
	const bad = [Buffer.from(`\ufeff${xml}`, 'utf16le'), Buffer.from(`\ufeff${xml}`), Buffer.from(xml.replace('<Header>', '<!--\u00ff--><Header>'), 'latin1')];
	for (const [i, bytes] of bad.entries()) {
		// The recipe takes the header from the XML, so the data is put in afterwards.
		const id = b.send(b.order(i + 1, []));
		const manifest = readFileSync(file(b, id, 'manifest.xml'), 'utf8');
		const key = execFileSync('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-inkey', join(b.keys, '102.key')],
			{ input: Buffer.from(values(manifest, 'SealedKey')[0], 'base64') }).toString('hex');
		const [iv] = values(manifest, 'IV');
		execFileSync('openssl', ['enc', '-aes-256-ctr', '-K', key, '-iv', iv, '-out', file(b, id, 'xml.enc')], { input: bytes });
		const digest = (name) => execFileSync('openssl', ['dgst', `-${name}`, '-r', file(b, id, 'xml.enc')]).toString().slice(0, 64);
		rewrite(file(b, id, 'manifest.xml'), (text) => text.replace(/<FileSize>.*</, `<FileSize>${bytes.length}<`)
			.replace(/<Sha256>.*</, `<Sha256>${digest('sha256')}<`).replace(/<Sm3>.*</, `<Sm3>${digest('sm3')}<`));
		b.sign(id);
	}
	b.runBank('--receive');
	assert.deepEqual(b.arrived().map((msg) => values(b.open(msg), 'Reason')), [['F06'], ['F06'], ['F06']]);
});

test('an order damaged on arrival is taken when it comes whole', (t) => {
	const b = bureau(t);
	const id = b.send(good(b));
	const kept = readFileSync(file(b, id, 'xml.enc'));
	truncateSync(file(b, id, 'xml.enc'), 100);
	b.runBank('--receive');
	writeFileSync(file(b, id, 'xml.enc'), kept);
	b.sign(id);
	b.runBank('--receive');
	assert.deepEqual(b.arrived().map((msg) => values(b.open(msg), 'Status')[0]), ['REJECTED', 'ACCEPTED']);
	assert.equal(b.ledger().applications.length, 2);
});

test('files that are not ready, or no message, are left alone', (t) => {
	const b = bureau(t);
	const id = b.send(good(b));
	copyFileSync(file(b, id, 'manifest.sig'), file(b, id, 'manifest.sig.tmp'));
	rmSync(file(b, id, 'manifest.sig'));
	writeFileSync(join(b.outbound, 'note.manifest.sig'), '');
	b.runBank();
	assert.deepEqual(b.arrived(), []);
});

test('killed at any rename and run again, the bank has said everything once and without a gap', (t) => {
	const b = bureau(t);
	b.send(b.order(1, [anApplication(1, one)]));
	const way = ['ACCEPTED', 'ACCOUNT_OPENED', 'IN_PRODUCTION', 'PRODUCED', 'AT_BRANCH'];
	// A message renames five times: the ledger, its three files, the ledger.
	for (const when of [1, 2, 4, 5, 6]) {
		for (const dir of [b.inbound, b.ledgers])
			rmSync(dir, { recursive: true, force: true });
		mkdirSync(b.inbound);
		const killed = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename',
			'-e', `inject=rename:signal=SIGKILL:when=${when}`, ...b.command]);
		assert.equal(killed.signal, 'SIGKILL', `rename ${when}`);
		const whole = b.arrived().map((id) => [id, readFileSync(join(b.inbound, `${id}.xml.enc`), 'hex')]);
		b.runBank();
		for (const [id, bytes] of whole)
			assert.equal(readFileSync(join(b.inbound, `${id}.xml.enc`), 'hex'), bytes, id);
		const all = b.arrived();
		assert.deepEqual(all.map((id) => Number(id.slice(19))), all.map((_, i) => i + 1));
		const said = all.slice(1).map((id) => values(b.open(id), 'Status')[0]);
		assert.deepEqual(said, way.slice(0, said.length));
		assert(said.length >= 4);
	}
});

test('two runs at once: the second says so and does nothing', (t) => {
	const b = bureau(t);
	b.runBank();
	appendFileSync(join(b.ledgers, '102.lock'), String(process.pid));
	assert.throws(() => b.runBank(), /another run is at work/);
});

test('nothing private is readable by others', (t) => {
	const b = bureau(t);
	for (const name of readdirSync(b.keys).filter((entry) => entry.endsWith('.key')))
		assert.equal(statSync(join(b.keys, name)).mode & 0o077, 0, name);
	assert.equal(readdirSync(b.keys).length, 34);
});
