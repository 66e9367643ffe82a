// The bureau as the sandbox bank's tests need it: it sends and receives with the recipes of schema/README.md.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repo = fileURLToPath(new URL('../..', import.meta.url));

const sample = readFileSync(join(repo, 'schema/samples/BJSSC-102-20261122-000017.xml'), 'utf8');
const application = /^ <Application>\n.*?^ <\/Application>\n/ms.exec(sample)[0];

const scratch = (name) => mkdtempSync(join(tmpdir(), `sandbox-bank-${name}-`));

// Every test's parties have the same keys: made once.
let keys;
function madeKeys()
{
	if (!keys) {
		keys = scratch('keys');
		process.once('exit', () => rmSync(keys, { recursive: true }));
		execFileSync(process.execPath, [join(repo, 'tests/sandbox/keys.mjs'), keys]);
	}
	return keys;
}

const set = (xml, name, value) => xml.replace(new RegExp(`<${name}>[^<]*</${name}>`), `<${name}>${value}</${name}>`);

// By profile: a bank that uses it, another one, and the bureau's pair for them (conf/banks.hdf).
export const profiles = {
	intl: { bank: '102', other: '103', own: 'bureau' },
	sm: { bank: '403', other: '310', own: 'bureau-sm' },
};

export class Bureau {
	constructor(profile = 'intl')
	{
		const { bank, other, own } = profiles[profile];
		Object.assign(this, { profile, bank, other, own });
		this.dir = scratch('exchange');
		this.exchange = join(this.dir, 'exchange');
		this.keys = madeKeys();
		this.ledgers = join(this.dir, 'ledgers');
		this.outbound = join(this.exchange, bank, 'outbound');
		this.inbound = join(this.exchange, bank, 'inbound');
		for (const dir of [this.outbound, this.inbound, join(this.dir, 'clear')])
			mkdirSync(dir, { recursive: true });
	}

	close()
	{
		rmSync(this.dir, { recursive: true });
	}

	recipe(name, variables)
	{
		return execFileSync('bash', ['-c', `. "$0"; recipe ${name}`, join(repo, 'tests/exchange/recipe.sh')], {
			env: { ...process.env, XSD: join(repo, 'schema'), PROFILE: this.profile, SRC: join(this.dir, 'clear'), ...variables },
			stdio: 'pipe' });
	}

	// An order of applications (a text each, see application()); header: elements to be other than right.
	order(seq, applications, header = {}, date = '2026-11-22')
	{
		const id = `BJSSC-${this.bank}-${date.replaceAll('-', '')}-${String(seq).padStart(6, '0')}`;
		const numbers = applications.map((xml) => `${/<ApplicationNo>(.*?)</.exec(xml)[1]}\n`).join('');
		const elements = { MsgId: id, To: this.bank, BusinessDate: date, SeqNo: seq, NumberOfRecords: applications.length,
			ControlDigest: createHash('sha256').update(numbers).digest('hex'), ...header };
		const head = Object.entries(elements).reduce((xml, [name, value]) => set(xml, name, value), sample.slice(0, sample.indexOf(' <Application>')));
		return { id, xml: `${head}${applications.join('')}</CardProductionOrder>\n` };
	}

	send({ id, xml }, variables = {})
	{
		writeFileSync(join(this.dir, 'clear', `${id}.xml`), xml);
		this.recipe('send', { ID: id, OUT: this.outbound, PEER: join(this.keys, `${this.bank}.crt`), ME: join(this.keys, this.own), ...variables });
		return id;
	}

	// Signs what stands in outbound once more, after something was changed there; signer: path of a key without the ending.
	sign(id, signer = join(this.keys, this.own))
	{
		const file = join(this.outbound, `${id}.manifest`);
		execFileSync('openssl', this.profile === 'sm' ? ['dgst', '-sm3', '-sign', `${signer}.key`,
			'-sigopt', 'distid:1234567812345678', '-out', `${file}.sig`, `${file}.xml`] : ['cms', '-sign', '-binary', '-in', `${file}.xml`, '-outform', 'DER', '-md', 'sha256',
			'-signer', `${signer}.crt`, '-inkey', `${signer}.key`, '-out', `${file}.sig`]);
	}

	// The MsgIds that lie in inbound, in order of SeqNo.
	arrived()
	{
		return readdirSync(this.inbound).filter((name) => name.endsWith('.manifest.sig')).map((name) => name.slice(0, 25))
			.sort((a, b) => Number(a.slice(19)) - Number(b.slice(19)));
	}

	// The clear text of one of them.
	open(id)
	{
		const out = join(this.dir, 'clear');
		this.recipe('receive', { ID: id, IN: this.inbound, OUT: out, PEER: join(this.keys, `${this.bank}.crt`), ME: join(this.keys, this.own) });
		return readFileSync(join(out, `${id}.xml`), 'utf8');
	}

	get command()
	{
		return [process.execPath, join(repo, 'tests/sandbox/bank.mjs'), '--exchange', this.exchange, '--keys', this.keys,
			'--ledgers', this.ledgers, '--bank', this.bank];
	}

	runBank(...args)
	{
		const [program, ...before] = this.command;
		return execFileSync(program, [...before, ...args], { encoding: 'utf8', stdio: 'pipe' });
	}

	ledger()
	{
		return JSON.parse(readFileSync(join(this.ledgers, `${this.bank}.json`), 'utf8'));
	}
}

// One application's XML. changes: elements to be other than in the sample.
export function anApplication(n, no, changes = {})
{
	return Object.entries({ RecordNo: n, ApplicationNo: no, ...changes }).reduce((xml, [name, value]) => set(xml, name, value), application);
}

export const mailed = (xml) => xml.replace('<Method>branch</Method>', '<Method>mail</Method>\n   <Recipient>王芳</Recipient>\n'
	+ '   <RecipientPhone>13900000001</RecipientPhone>\n   <RecipientAddress>朝阳区幸福大街1号</RecipientAddress>');

export const values = (xml, name) => [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1]);
