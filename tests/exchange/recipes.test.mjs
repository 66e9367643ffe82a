/* What schema/README.md tells a bank to type works, on its samples and against the program, both ways. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = process.env.BUILD ?? join(root, 'build');
const samples = join(root, 'schema/samples');
const room = mkdtempSync(join(tmpdir(), 'recipes-'));
process.on('exit', () => rmSync(room, { recursive: true, force: true }));

cpSync(join(samples, 'keys'), join(room, 'keys'), { recursive: true });
for (const name of readdirSync(join(room, 'keys'))) chmodSync(join(room, 'keys', name), 0o600);
writeFileSync(join(room, 'sbk.hdf'), `#include "${process.env.SBK_CONF}"\nExchange.Dir = ${room}\nExchange.Keys = ${room}/keys\nSchema.Dir = ${root}schema\nBank.102.profile = intl\n`);

const recipe = (name, variables) =>
	spawnSync('bash', ['-c', `. "${root}tests/exchange/recipe.sh"; recipe ${name}`], { env: { ...process.env, ...variables }, encoding: 'utf8' });
const check = (...files) => spawnSync(join(build, 'bin/sbk'), ['check', ...files], { env: { ...process.env, SBK_CONF: join(room, 'sbk.hdf') }, encoding: 'utf8' });
const sides = (id) => (id.startsWith('BJSSC') ? ['bureau', '102'] : ['102', 'bureau']);

const ids = readdirSync(samples).filter((name) => name.endsWith('.sig')).map((name) => name.replace('.manifest.sig', ''));

test('there is a sample of every message, of an empty order and of a refusal', () => {
	const clear = ids.map((id) => readFileSync(join(samples, `${id}.xml`), 'utf8')).join('');
	for (const word of ['<CardProductionOrder ', '<FileReceipt ', '<ProductionStatusReport ', '<ReconciliationReport ', '<NumberOfRecords>0<', '<Status>REJECTED<', '<From>BJSSC<', '<From>102<'])
		assert.ok(clear.includes(word), word);
});

for (const id of ids) {
	const [from, to] = sides(id);
	test(`${id}: the receiving recipe opens it, and it is the clear sample`, () => {
		const made = recipe('receive', { ID: id, IN: samples, PEER: `${room}/keys/${from}.crt`, ME: `${room}/keys/${to}`, XSD: `${root}schema`, OUT: room });
		assert.equal(made.status, 0, made.stderr);
		assert.equal(readFileSync(join(room, `${id}.xml`), 'utf8'), readFileSync(join(samples, `${id}.xml`), 'utf8'));
	});
	test(`${id}: sbk check finds all its files good`, () => {
		const said = check(...['.xml', '.xml.enc', '.manifest.xml', '.manifest.sig'].map((end) => join(samples, id + end)));
		assert.equal(said.status, 0, said.stdout);
		assert.equal(said.stdout.match(/: good, /g).length, 4);
	});
	test(`${id}: sent again by the recipe, sbk check takes it; with the other side's key neither does`, () => {
		const out = join(room, `sent-${id}`);
		mkdirSync(out);
		const made = recipe('send', { ID: id, SRC: samples, OUT: out, PEER: `${room}/keys/${to}.crt`, ME: `${room}/keys/${from}` });
		assert.equal(made.status, 0, made.stderr);
		assert.deepEqual(readdirSync(out).sort(), [`${id}.manifest.sig`, `${id}.manifest.xml`, `${id}.xml.enc`]);
		assert.equal(check(join(out, `${id}.manifest.sig`)).status, 0);
		const forged = recipe('send', { ID: id, SRC: samples, OUT: out, PEER: `${room}/keys/${to}.crt`, ME: `${room}/keys/${to}` });
		assert.equal(forged.status, 0, forged.stderr);
		const said = check(join(out, `${id}.manifest.sig`));
		assert.equal(said.status, 1);
		assert.match(said.stdout, / S02$/m);
		assert.notEqual(recipe('receive', { ID: id, IN: out, PEER: `${room}/keys/${from}.crt`, ME: `${room}/keys/${to}`, XSD: `${root}schema`, OUT: room }).status, 0);
	});
}

/* xmllint and sbk check must agree on good and bad, and neither the code nor the place may hold the value. */
const spoiled = [
	['<Sex>2<', '<Sex>7<', 'F05', '/CardProductionOrder/Application/Person/Sex'],
	['<Name>王芳<', '<Name>王芳@<', 'F05', '/CardProductionOrder/Application/Person/Name'],
	['<Name>王芳<', `<Name>${'王'.repeat(51)}<`, 'F05', '/CardProductionOrder/Application/Person/Name'],
	['<BirthDate>1949-12-31<', '<BirthDate>1949-02-31<', 'F05', '/CardProductionOrder/Application/Person/BirthDate'],
	['<IdType>01</IdType>', '', 'F05', '/CardProductionOrder/Application/Person/IdNumber'],
	['<Phone>13900000001<', '<Phone>23900000001<', 'F05', '/CardProductionOrder/Application/Person/Phone'],
	['<Photo>', '<Photo></Photo><Photo>', 'F05', '/CardProductionOrder/Application/Card/Photo'],
	['<RecipientPostcode>100080<', '<RecipientPostcode>200080<', 'F05', '/CardProductionOrder/Application/Delivery/RecipientPostcode'],
	['<Application>', '<Application extra="1">', 'F05', '/CardProductionOrder/Application'],
	['<Person>', '<Person><!-- -->', '', ''],
	['</CardProductionOrder>', '', 'F04', ''],
];
const order = readFileSync(join(samples, 'BJSSC-102-20261122-000017.xml'), 'utf8');
for (const [from, to, code, place] of spoiled)
	test(`${from} → ${to.slice(0, 30)}: ${code || 'good'}, as xmllint says`, () => {
		const file = join(room, 'spoiled.xml');
		assert.ok(order.includes(from));
		writeFileSync(file, order.replace(from, to));
		const said = check(file);
		const theirs = spawnSync('xmllint', ['--stream', '--noout', '--nonet', '--schema', `${root}schema/CardProductionOrder.xsd`, file]);
		assert.equal(said.status === 0, theirs.status === 0, said.stdout);
		assert.equal(said.status, code ? 1 : 0);
		if (code) assert.ok(said.stdout.startsWith(`${file}: ${code} line `) && said.stdout.includes(place), said.stdout);
		assert.ok(!said.stdout.includes('王') && !said.stdout.includes('139000'));
	});

test('counts and digests, which xmllint cannot see, are seen', () => {
	const file = join(room, 'spoiled.xml');
	for (const [from, to, code] of [
		['<NumberOfRecords>2<', '<NumberOfRecords>3<', 'F08'],
		[/<ControlDigest>./, '<ControlDigest>0', 'F09'],
		['<RecordNo>2<', '<RecordNo>3<', 'F13'],
		['<SeqNo>17<', '<SeqNo>18<', 'F07'],
	]) {
		writeFileSync(file, order.replace(from, to));
		assert.match(check(file).stdout, new RegExp(`: ${code}\\b`));
	}
});

test('the field codes of the customary dictionary stand in the schema', () => {
	const xsd = readFileSync(join(root, 'schema/CardProductionOrder.xsd'), 'utf8') + readFileSync(join(root, 'schema/ProductionStatusReport.xsd'), 'utf8');
	const document = readFileSync(join(root, 'schema/README.md'), 'utf8');
	for (const code of ['AAC002', 'AAC003', 'AAC004', 'AAC005', 'AAC006', 'AAC058', 'AAC147', 'AAC161', 'AAE005', 'AAE006', 'AAE007', 'AAE008', 'AAB301', 'AAZ500', 'AAZ501']) {
		assert.ok(xsd.includes(`<xs:appinfo>${code}</xs:appinfo>`), code);
		assert.ok(document.includes(code), code);
	}
});
