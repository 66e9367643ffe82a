/* A night goes on while certificates change: announced, begun on one side, on both, and the old one gone. */
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { value } from '../database.mjs';

const { BUILD, SBK_CONF, VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
const room = mkdtempSync(join(tmpdir(), 'sbk-rotation-'));
after(() => rmSync(room, { recursive: true }));

const keys = join(room, 'keys');
execFileSync(process.execPath, [join(root, 'tests/sandbox/keys.mjs'), keys]);
writeFileSync(join(room, 'sbk.hdf'), `#include "${SBK_CONF}"\nExchange.Keys = ${keys}\nExchange.Alarm.Certificate = 30\n`);

const sbk = (...args) => spawnSync(`${BUILD}/bin/sbk`, args, { encoding: 'utf8', env: { ...process.env, SBK_CONF: join(room, 'sbk.hdf') } });
const folder = (bank, name) => join(VAR, 'exchange', bank, name);
const recipe = (name, variables) => spawnSync('bash', ['-c', `cd "${keys}"; . "${root}tests/exchange/recipe.sh"; ${name}`],
	{ encoding: 'utf8', env: { ...process.env, XSD: join(root, 'schema'), OUT: room, ...variables } });
const alarms = (bank) => JSON.parse(sbk('status', '--bank', bank, '--json').stdout)[0].alarms.map(({ alarm }) => alarm);

const profiles = [
	{ profile: 'intl', bank: '306', bureau: 'bureau', recipeOfKeys: 'keys' },
	{ profile: 'sm', bank: '310', bureau: 'bureau-sm', recipeOfKeys: 'keys-sm' },
];

for (const { profile, bank, bureau, recipeOfKeys } of profiles) {
	/* A pair that begins so many days from now. */
	const pair = (name, days) => {
		const made = recipe(`export -f recipe; faketime -f ${days < 0 ? '' : '+'}${days}d bash -c 'recipe ${recipeOfKeys}'`, { NAME: name, REPO: root });
		assert.equal(made.status, 0, made.stderr);
	};
	const move = (name) => ['key', 'crt'].forEach((end) => renameSync(join(keys, `${name}.next.${end}`), join(keys, `${name}.${end}`)));
	const states = [
		['both have announced one', () => { pair(`${bureau}.next`, 1); pair(`${bank}.next`, 1); }, bureau, bank],
		["the bureau's has begun", () => pair(`${bureau}.next`, 0), `${bureau}.next`, bank],
		["the bank's has begun too", () => pair(`${bank}.next`, 0), `${bureau}.next`, `${bank}.next`],
		['the bureau has put its first one away', () => move(bureau), bureau, `${bank}.next`],
		['the bank has put its first one away', () => move(bank), bureau, bank],
	];
	for (const [night, [state, prepare, signer, receiver]] of states.entries()) {
		test(`${profile}: ${state}: the order is by ${signer} for ${receiver}, and the answers are taken`, () => {
			const date = `2026-03-0${night + 1}`;
			prepare();
			const exported = sbk('export', '--bank', bank, '--date', date);
			assert.equal(exported.status, 0, exported.stderr + exported.stdout);
			const id = value(`SELECT msg_id FROM exchange_message WHERE bank = '${bank}' AND direction = 'out' AND business_date = '${date}'`);
			const receive = (by, to) => recipe('recipe receive', { PROFILE: profile, ID: id, IN: folder(bank, 'outbound'), PEER: `${by}.crt`, ME: to });
			const received = receive(signer, receiver);
			assert.equal(received.status, 0, received.stderr);
			if (night < 3)
				assert.notEqual(receive(signer === bureau ? `${bureau}.next` : bureau, receiver).status, 0);
			execFileSync(process.execPath, [join(root, 'tests/sandbox/bank.mjs'), '--exchange', join(VAR, 'exchange'), '--keys', keys,
				'--ledgers', join(room, 'ledgers'), '--bank', bank, '--date', date]);
			const imported = sbk('import', '--bank', bank);
			assert.equal(imported.status, 0, imported.stderr + imported.stdout);
			assert.equal(value(`SELECT state FROM exchange_message WHERE msg_id = '${id}'`), 'ACCEPTED');
			assert.equal(value(`SELECT COUNT(*) FROM exchange_message WHERE bank = '${bank}' AND state NOT IN ('ACCEPTED', 'APPLIED')`), '0');
		});
	}

	test(`${profile}: a certificate that runs out is an alarm until the one that follows it is there`, () => {
		pair(bank, -3640);
		assert.ok(alarms(bank).includes('certificate'));
		pair(`${bank}.next`, 5);
		assert.ok(!alarms(bank).includes('certificate'));
		pair(`${bank}.next`, 15);
		assert.ok(alarms(bank).includes('certificate'), 'a gap between the two');
		rmSync(join(keys, `${bank}.next.crt`));
	});

	test(`${profile}: nothing is sealed to a certificate that has run out`, () => {
		pair(bank, -3660);
		const before = value(`SELECT COUNT(*) FROM exchange_message WHERE bank = '${bank}'`);
		const exported = sbk('export', '--bank', bank, '--date', '2026-03-20');
		assert.equal(exported.status, 1);
		assert.match(exported.stderr + exported.stdout, new RegExp(`${bank}\\.crt is not valid now`));
		assert.equal(value(`SELECT COUNT(*) FROM exchange_message WHERE bank = '${bank}'`), before);
	});
}
