/* What schema/README.md tells a bank to type works, on its samples and against the program, both ways and in both profiles. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { digest, openKey, profiles, signatureFault } from '../sandbox/bank/envelope.mjs';
import * as sm from '../sandbox/bank/sm.mjs';
import { endings, messages, partiesOf, repo, samples, sides, wrong, wrongIn, wrongMessage } from './samples.mjs';

const build = process.env.BUILD ?? join(repo, 'build');
const schema = join(repo, 'schema');
const document = readFileSync(join(schema, 'README.md'), 'utf8');
const room = mkdtempSync(join(tmpdir(), 'recipes-'));
process.on('exit', () => rmSync(room, { recursive: true, force: true }));

/* A bank that has these keys; without: names of files that it has not. */
function configuration(name, without = [])
{
	const keys = join(room, name);
	cpSync(join(samples, 'keys'), keys, { recursive: true });
	for (const file of readdirSync(keys))
		chmodSync(join(keys, file), 0o600);
	for (const file of without)
		rmSync(join(keys, file));
	const file = join(room, `${name}.hdf`);
	writeFileSync(file, `#include "${process.env.SBK_CONF}"\nExchange.Keys = ${keys}\nSchema.Dir = ${schema}\n`);
	return file;
}
const everything = configuration('keys');
const keys = join(room, 'keys');

const recipe = (name, variables) =>
	spawnSync('bash', ['-c', `. "${repo}tests/exchange/recipe.sh"; recipe ${name}`], { env: { ...process.env, ...variables }, encoding: 'utf8' });
const sbk = (conf, ...args) => spawnSync(join(build, 'bin/sbk'), args, { env: { ...process.env, SBK_CONF: conf }, encoding: 'utf8' });
const check = (...files) => sbk(everything, 'check', ...files);
const received = (id, dir, out, variables) => {
	const { profile, from, to } = partiesOf(id);
	return recipe('receive', { ID: id, IN: dir, OUT: out, PROFILE: profile, PEER: join(keys, `${from}.crt`), ME: join(keys, to), XSD: schema, ...variables });
};
const sample = (id, ending) => join(samples, `${id}.${ending}`);
const text = (file) => readFileSync(file, 'utf8');

const ids = readdirSync(samples).filter((name) => name.endsWith('.sig')).map((name) => name.replace('.manifest.sig', ''));

for (const profile of Object.keys(sides)) test(`${profile}: the samples are what the script writes, and no others are there`, () => {
	const made = [...messages(profile, samples)];
	for (const { id, xml } of made)
		assert.equal(text(sample(id, 'xml')), xml, id);
	assert.deepEqual(ids.filter((id) => partiesOf(id).profile === profile), made.map(({ id }) => id).sort());
});

test('the document lists each sample, and each that is wrong with its code', () => {
	for (const id of ids.filter((one) => partiesOf(one).profile === 'intl'))
		assert.ok(document.includes(`| \`${id.slice(0, 9)}-…-${id.slice(-6)}\` | \`${/<MsgType>(\w+)/.exec(text(sample(id, 'xml')))[1]}\` | `), id);
	for (const { code, what } of wrong)
		assert.ok(document.includes(`| \`${code}\` | ${what} |`), code);
	assert.deepEqual(readdirSync(join(samples, 'wrong')), wrong.map(({ code }) => code));
	const codes = [...document.matchAll(/^\| ([FS]\d\d) \|/gm)].map(([, code]) => code);
	assert.deepEqual(wrong.map(({ code }) => code), codes);
});

test('sbk check finds all files of all samples good', () => {
	const files = ids.flatMap((id) => ['xml', ...endings].map((ending) => sample(id, ending)));
	const said = check(...files);
	assert.equal(said.status, 0, said.stdout + said.stderr);
	for (const file of files)
		assert.match(said.stdout, new RegExp(`^${file}: good, \\w+ of 2026-11-\\d\\d, \\d records$`, 'm'));
	assert.equal(said.stdout.match(/not checked/g).length, ids.length);
});

for (const id of ids) test(`${id}: the receiving recipe opens it, and it is the clear sample`, () => {
	const made = received(id, samples, room);
	assert.equal(made.status, 0, made.stderr);
	assert.equal(text(join(room, `${id}.xml`)), text(sample(id, 'xml')));
});

test('sm-crypto opens each sample of its profile, and it is the clear sample', async () => {
	for (const id of ids.filter((one) => partiesOf(one).profile === 'sm')) {
		const { from, to } = partiesOf(id);
		const pair = (name) => [{ key: join(keys, `${name}.key`), certificate: join(keys, `${name}.crt`) }];
		const field = (name) => new RegExp(`<${name}>(.*)<`).exec(text(sample(id, 'manifest.xml')))[1];
		assert.equal(signatureFault(samples, id, 'sm', pair(from)), undefined, id);
		assert.equal(sm.digest(readFileSync(sample(id, 'xml.enc'))), field('Sm3'));
		assert.equal(digest('sha256', sample(id, 'xml.enc')), field('Sha256'));
		const key = openKey(field('SealedKey'), 'sm', pair(to));
		const pieces = [];
		for await (const piece of profiles.sm.decipher(sample(id, 'xml.enc'), key, field('IV')))
			pieces.push(piece);
		assert.equal(Buffer.concat(pieces).toString(), text(sample(id, 'xml')), id);
	}
});

/* One of each type, direction and profile. */
const kinds = new Map(ids.map((id) => [`${id.slice(0, 9)} ${/<MsgType>(\w+)/.exec(text(sample(id, 'xml')))[1]}`, id]));
for (const [kind, id] of kinds) test(`${kind}: sent by the recipe with the other side's key, neither side takes it`, () => {
	const { profile, from, to } = partiesOf(id);
	const out = join(room, `forged-${id}`);
	mkdirSync(out);
	const forged = recipe('send', { ID: id, SRC: samples, OUT: out, PROFILE: profile, PEER: join(keys, `${to}.crt`), ME: join(keys, to) });
	assert.equal(forged.status, 0, forged.stderr);
	assert.deepEqual(readdirSync(out).sort(), endings.map((ending) => `${id}.${ending}`).sort());
	const said = check(out);
	assert.equal(said.status, 1);
	assert.match(said.stdout, profile === 'sm' ? / S01$/m : / S02$/m);
	assert.notEqual(received(id, out, room).status, 0);
});

/* What a few lines of shell do not look at: they know no other message, no direction and no SeqNo. */
const beyondRecipe = ['F07', 'F10', 'F11', 'F13', 'F14'];
for (const profile of Object.keys(sides)) test(`${profile}: each wrong sample is refused by sbk check with its code, and by the recipe`, () => {
	const paths = new Map(wrongIn(profile).map((one) => [one, join(samples, 'wrong', one.code, wrongMessage(one, profile).id)]));
	const said = check(join(samples, `BJSSC-${sides[profile].bank}-20261122-000017`), ...paths.values());
	assert.equal(said.status, 1);
	for (const [one, path] of paths) {
		const [dir, id] = [dirname(path), basename(path)];
		assert.match(said.stdout, new RegExp(`^${path}: ${one.code}( line \\d+)?( /\\S+)?\n  \\S.*\\S\n`, 'm'));
		const { from } = partiesOf(id);
		const signer = one.code === 'S03' ? { PEER: join(keys, `${from}.next.crt`) } : {};
		assert.equal(received(id, dir, room, signer).status === 0, beyondRecipe.includes(one.code), one.code);
	}
});

test('a MsgId or a SeqNo that was there before is seen among the files of one call, and only there', () => {
	for (const code of ['F10', 'F11']) {
		assert.equal(check(join(samples, 'wrong', code)).status, 0);
		assert.equal(check(samples, join(samples, 'wrong', code)).stdout.match(new RegExp(`: ${code}$`, 'gm')).length, 2);
	}
	assert.equal(check(samples, samples).status, 0);
});

const order = text(sample('BJSSC-102-20261122-000017', 'xml'));
const spoil = (from, to) => {
	const file = join(room, 'spoiled.xml');
	assert.ok(order.search(from) >= 0);
	writeFileSync(file, order.replace(from, to));
	return file;
};

test('without the receiver\'s private key it says that the content was not checked; signature and digests are', () => {
	const poor = configuration('own', ['102.key', '403.key']);
	for (const { bank } of Object.values(sides)) {
		const good = sbk(poor, 'check', sample(`BJSSC-${bank}-20261122-000017`, 'manifest.xml'));
		assert.equal(good.status, 0, good.stderr);
		assert.match(good.stdout, new RegExp(`: good, .*\n  not checked: the content; Exchange.Keys has no private key of ${bank}\n$`));
		for (const code of ['F02', 'F03', 'F12', 'F14', 'S01', 'S03', 'S05'])
			assert.match(sbk(poor, 'check', join(samples, 'wrong', code)).stdout, new RegExp(`BJSSC-${bank}\\S*: ${code}`), code);
		assert.equal(sbk(poor, 'check', join(samples, 'wrong/F05')).status, 0);
	}
});

test('without the sender\'s certificate nothing is checked, which is said, and is not good', () => {
	const said = sbk(configuration('poor', ['102.crt', '102.key']), 'check', sample('102-BJSSC-20261122-000005', 'manifest.sig'));
	assert.equal(said.status, 1);
	assert.match(said.stdout, /: not checked\n {2}Exchange\.Keys has no certificate of 102\n$/);
});

test('a path that leads to no message is refused with F01; no path at all is called wrongly', () => {
	for (const path of [join(room, 'none.xml'), join(room, 'none/none.xml'), join(samples, 'keys'), join(samples, 'BJSSC-102-20991231-000001'),
		join(samples, 'readme.manifest.sig'), join(room, '102-BJSSC-20261122-000005.xml.enc')]) {
		const said = check(path);
		assert.equal(said.status, 1);
		assert.match(said.stdout, new RegExp(`^${path}: F01\n`));
	}
	assert.equal(check().status, 2);
	assert.equal(check('--what').status, 2);
	const help = sbk(everything, 'check', '--help');
	assert.equal(help.status, 0);
	assert.match(help.stdout, /^usage: sbk check FILE\|FOLDER\.\.\.$/m);
});

test('XML under the name of another message is refused', () => {
	const file = join(room, 'BJSSC-102-20261122-000021.xml');
	copyFileSync(sample('BJSSC-102-20261122-000017', 'xml'), file);
	assert.match(check(file).stdout, /: F07 \/CardProductionOrder\/Header\/MsgId$/m);
});

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
for (const [from, to, code, place] of spoiled)
	test(`${from} → ${to.slice(0, 30)}: ${code || 'good'}, as xmllint says`, () => {
		const file = spoil(from, to);
		const said = check(file);
		const theirs = spawnSync('xmllint', ['--stream', '--noout', '--nonet', '--schema', join(schema, 'CardProductionOrder.xsd'), file]);
		assert.equal(said.status === 0, theirs.status === 0, said.stdout);
		assert.equal(said.status, code ? 1 : 0);
		if (code) assert.ok(said.stdout.startsWith(`${file}: ${code} line `) && said.stdout.includes(place), said.stdout);
		assert.ok(!said.stdout.includes('王') && !said.stdout.includes('139000'));
	});

test('counts and digests, which xmllint cannot see, are seen', () => {
	for (const [from, to, code, place] of [
		['<NumberOfRecords>2<', '<NumberOfRecords>3<', 'F08', '/CardProductionOrder/Header/NumberOfRecords'],
		['<NumberOfRecords>2<', '<NumberOfRecords>20001<', 'F08', '/CardProductionOrder/Header/NumberOfRecords'],
		[/<ControlDigest>./, '<ControlDigest>0', 'F09', '/CardProductionOrder/Header/ControlDigest'],
		['<RecordNo>2<', '<RecordNo>3<', 'F13', 'line 47 /CardProductionOrder/Application'],
		['<SeqNo>17<', '<SeqNo>18<', 'F07', 'line 3 /CardProductionOrder/Header/SeqNo'],
	])
		assert.ok(check(spoil(from, to)).stdout.includes(`: ${code} ${place}\n`), code);
});
