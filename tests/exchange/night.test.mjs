/* One night for one citizen: applied, sent, accepted, produced, and read in 我的办事. */
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import * as sm from '../sandbox/bank/sm.mjs';

const { BUILD, VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
const sbk = (...args) => spawnSync(`${BUILD}/bin/sbk`, args, { encoding: 'utf8' });
const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
const folder = (bank, name) => join(VAR, 'exchange', bank, name);
const bank = (...args) => run('node', join(root, 'tests/sandbox/bank.mjs'), '--exchange', join(VAR, 'exchange'),
	'--keys', join(VAR, 'secrets/banks'), ...args);
const scratch = mkdtempSync(join(tmpdir(), 'sbk-night-'));
after(() => rmSync(scratch, { recursive: true }));
const who = new Citizen(person('rare_name', 0));
let no;

test('a citizen with a rare character in her name applies', async () => {
	no = await who.apply();
	assert.equal(value(`SELECT state FROM application WHERE no = '${no}'`), 'SUBMITTED');
});

test('the export writes three files, and what she can withdraw no longer', async () => {
	assert.equal(sbk('export', '--bank', '313').status, 0);
	const names = readdirSync(folder('313', 'outbound')).sort();
	assert.deepEqual(names.map((n) => n.replace(/^BJSSC-313-\d{8}-\d{6}/, '')), ['.manifest.sig', '.manifest.xml', '.xml.enc']);
	assert.equal(value(`SELECT state FROM application WHERE no = '${no}'`), 'SENT');
	assert.equal((await who.get(`/my/withdraw/${no}`)).status, 200);
	assert.equal((await who.post({ intent: 'withdraw' })).to, '/my?notice=withdraw_late');
	assert.match((await who.get('/my?notice=withdraw_late')).text, /不能撤回/);
});

test('a second export on the same day sends nothing twice', () => {
	const before = readdirSync(folder('313', 'outbound'));
	assert.equal(sbk('export', '--bank', '313').status, 0);
	assert.deepEqual(readdirSync(folder('313', 'outbound')), before);
	assert.equal(value(`SELECT COUNT(*) FROM exchange_record WHERE application = '${no}'`), '1');
});

/* The steps of schema/README.md, one command each. */
test('the openssl and xmllint command lines read what was written', () => {
	const out = folder('313', 'outbound'), keys = join(VAR, 'secrets/banks');
	const id = readdirSync(out).find((n) => n.endsWith('.sig')).replace('.manifest.sig', '');
		const manifest = join(out, `${id}.manifest.xml`);
	run('openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', join(out, `${id}.manifest.sig`), '-content', manifest,
		'-certfile', join(keys, 'bureau.crt'), '-nointern', '-noverify', '-out', '/dev/null');
	const at = (name) => run('xmllint', '--xpath', `string(//*[local-name()='${name}'])`, manifest).toString().trim();
	const enc = join(out, `${id}.xml.enc`);
	assert.equal(run('sha256sum', enc).toString().split(' ')[0], at('Sha256'));
	assert.equal(run('openssl', 'dgst', '-sm3', '-r', enc).toString().split(' ')[0], at('Sm3'));
	writeFileSync(join(scratch, 'key.cms'), Buffer.from(at('SealedKey'), 'base64'));
	const key = run('openssl', 'cms', '-decrypt', '-binary', '-inform', 'DER', '-in', join(scratch, 'key.cms'), '-recip', join(keys, '313.crt'),
		'-inkey', join(keys, '313.key'));
	const xml = join(scratch, 'order.xml');
	run('openssl', 'enc', '-d', '-aes-256-ctr', '-K', key.toString('hex'), '-iv', at('IV'), '-in', enc, '-out', xml);
	run('xmllint', '--noout', '--stream', '--schema', join(root, 'schema/CardProductionOrder.xsd'), xml);
	const text = readFileSync(xml, 'utf8');
	assert.ok(text.includes(no));
	assert.ok(text.includes(who.who.name));
	assert.ok(text.includes(who.who.id_number));
});

test('files that were changed, cut or signed by somebody else are refused with their code', () => {
	bank('--bank', '313');
	const inbound = folder('313', 'inbound');
	const id = readdirSync(inbound).filter((n) => n.endsWith('.sig')).sort()[0].replace('.manifest.sig', '');
	const kept = mkdtempSync(join(scratch, 'kept-'));
	const all = readdirSync(inbound);
	for (const name of all)
		copyFileSync(join(inbound, name), join(kept, name));
	const enc = readFileSync(join(kept, `${id}.xml.enc`));
	const flipped = Buffer.from(enc);
	flipped[flipped.length >> 1] ^= 1;
	const state = () => query('SELECT no, state FROM application ORDER BY no').join('\n');
	const before = state();
	const cases = [
		['one bit changed', `${id}.xml.enc`, flipped],
		['cut off', `${id}.xml.enc`, enc.subarray(0, enc.length - 7)],
		['a manifest changed', `${id}.manifest.xml`, Buffer.concat([readFileSync(join(kept, `${id}.manifest.xml`)), Buffer.from(' ')])],
		['signed by another bank', `${id}.manifest.sig`, run('openssl', 'cms', '-sign', '-binary', '-outform', 'DER', '-md', 'sha256',
			'-in', join(kept, `${id}.manifest.xml`), '-signer', join(VAR, 'secrets/banks/102.crt'), '-inkey', join(VAR, 'secrets/banks/102.key'))],
	];
	for (const [what, name, bytes] of cases) {
		writeFileSync(join(inbound, name), bytes);
		const check = sbk('check', join(inbound, `${id}.manifest.xml`));
		assert.notEqual(check.status, 0, what);
		assert.match(check.stdout + check.stderr, /\b[FS]\d\d\b/, what);
		copyFileSync(join(kept, name), join(inbound, name));
	}
	/* The same for the import: the whole file goes aside, nothing of it is applied. */
	writeFileSync(join(inbound, cases[0][1]), cases[0][2]);
	for (const name of all)
		if (!name.startsWith(id))
			execFileSync('mv', [join(inbound, name), join(kept, `later-${name}`)]);
	sbk('import', '--bank', '313');
	assert.equal(state(), before);
	assert.match(value(`SELECT reason FROM exchange_message WHERE msg_id = '${id}'`), /^[FS]\d\d$/);
	assert.ok(readdirSync(folder('313', 'quarantine')).some((n) => n.startsWith(id)));
	/* The bank sends the right one again under the same name; the night goes on. */
	for (const name of all)
		copyFileSync(join(kept, name), join(inbound, name));
	assert.equal(sbk('import', '--bank', '313').status, 0);
});

test('我的办事 shows that the bank has accepted and produced the card', async () => {
	assert.equal(value(`SELECT state FROM application WHERE no = '${no}'`), 'PRODUCED');
	const my = (await who.get('/my')).text;
	for (const words of ['已提交', '已送银行', '银行已收到', '银行已受理', '账户已开立', '正在制卡', '卡已制好'])
		assert.ok(my.includes(words), words);
});

test('what the bank has said once changes nothing when it says it again', () => {
	const events = () => value('SELECT COUNT(*) FROM application_event');
	const before = events();
	const archive = folder('313', 'archive');
	for (const name of readdirSync(archive).filter((n) => n.startsWith('313-')))
		copyFileSync(join(archive, name), join(folder('313', 'inbound'), name));
	assert.equal(sbk('import', '--bank', '313').status, 0);
	assert.equal(events(), before);
});

test('a day with nothing to send is an empty file', () => {
	assert.equal(sbk('export', '--bank', '403').status, 0);
	assert.equal(value("SELECT records FROM exchange_message WHERE bank = '403' AND direction = 'out'"), '0');
	assert.equal(readdirSync(folder('403', 'outbound')).length, 3);
});

async function readBySmCrypto(dir, id, certificate, key) {
	const [enc, manifest, signature] = ['xml.enc', 'manifest.xml', 'manifest.sig'].map((ending) => join(dir, `${id}.${ending}`));
	const at = (name) => readFileSync(manifest, 'utf8').match(`<${name}>(.*)</${name}>`)[1];
	assert.equal(sm.signatureFault(manifest, signature, certificate), undefined);
	assert.equal(sm.digest(readFileSync(enc)), at('Sm3'));
	const pieces = [];
	for await (const piece of sm.decipher(enc, sm.open(Buffer.from(at('SealedKey'), 'base64'), { key }), at('IV')))
		pieces.push(piece);
	return Buffer.concat(pieces).toString();
}

/* The same night by the national algorithms: our OpenSSL, their sm-crypto, and the recipe. */
test('a bank of the profile sm gets its order, and its answers are taken', async () => {
	const out = folder('403', 'outbound'), keys = join(VAR, 'secrets/banks');
	const number = await new Citizen(person('ok', 5)).apply(undefined, { bank: '403', branch: '4030002' });
	assert.equal(sbk('export', '--bank', '403').status, 0);
	const id = readdirSync(out).filter((n) => n.endsWith('.sig')).sort().pop().replace('.manifest.sig', '');
	const recipe = (text) => spawnSync('bash', ['-c', `. "${root}tests/exchange/recipe.sh"; ${text}`], { encoding: 'utf8',
		env: { ...process.env, PROFILE: 'sm', ID: id, IN: out, PEER: join(keys, 'bureau-sm.crt'), ME: join(keys, '403'), XSD: join(root, 'schema'), OUT: scratch } });
	const received = recipe('recipe receive');
	assert.equal(received.status, 0, received.stderr);
	const xml = readFileSync(join(scratch, `${id}.xml`), 'utf8');
	assert.ok(xml.includes(number));
	assert.equal(await readBySmCrypto(out, id, join(keys, 'bureau-sm.crt'), join(keys, '403.key')), xml);
	bank('--bank', '403');
	assert.equal(sbk('import', '--bank', '403').status, 0);
	assert.equal(value(`SELECT state FROM application WHERE no = '${number}'`), 'PRODUCED');
	/* By the recipe too, and not when it is of the other kind. */
	const taken = sbk('check', join(out, '..', 'archive', `${id}.manifest.sig`));
	assert.equal(taken.status, 0, taken.stdout);
	const sent = mkdtempSync(join(scratch, 'sent-'));
	const made = spawnSync('bash', ['-c', `. "${root}tests/exchange/recipe.sh"; recipe send`], { encoding: 'utf8',
		env: { ...process.env, PROFILE: 'sm', ID: id, SRC: scratch, OUT: sent, PEER: join(keys, '403.crt'), ME: join(keys, 'bureau-sm') } });
	assert.equal(made.status, 0, made.stderr);
	assert.equal(sbk('check', join(sent, `${id}.manifest.sig`)).status, 0);
	writeFileSync(join(sent, `${id}.manifest.sig`), readFileSync(join(out, '..', 'archive', `${id}.manifest.sig`)));
	assert.match(sbk('check', join(sent, `${id}.manifest.sig`)).stdout, /: S01$/m);
});

test('the audit chains are whole', () => {
	const audit = sbk('audit', 'verify');
	assert.equal(audit.status, 0, audit.stdout);
});
