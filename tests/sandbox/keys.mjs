// Makes what the exchange needs of keys: for the bureau and each bank a key and a self-signed certificate, P-256 or SM2 by the
// profile in conf/banks.hdf; the bureau has both.
//   node tests/sandbox/keys.mjs DIR
// What is there already stays; only key and certificate of that kind together count as there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { isSm } from './bank/sm.mjs';

const dir = process.argv[2];
if (!dir) {
	console.error('usage: node keys.mjs DIR');
	process.exit(2);
}

const banks = JSON.parse(readFileSync(new URL('../../schema/data/banks.json', import.meta.url), 'utf8'));
const profiles = Object.fromEntries([...readFileSync(new URL('../../conf/banks.hdf', import.meta.url), 'utf8')
	.matchAll(/^\s*(\d{3})\.profile = (\w+)/gm)].map(([, code, profile]) => [code, profile]));
const days = ['-days', '3650'];
const uses = ['-addext', 'keyUsage=critical,digitalSignature,keyAgreement', '-addext', 'basicConstraints=critical,CA:FALSE'];
const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const pairs = {
	intl: (key, certificate, subject) => openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
		'-sha256', ...days, '-subj', subject, ...uses, '-keyout', key, '-out', certificate),
	sm: (key, certificate, subject) => {
		openssl('genpkey', '-algorithm', 'SM2', '-out', key);
		openssl('req', '-x509', '-new', '-key', key, '-sm3', '-sigopt', 'distid:1234567812345678', ...days, '-subj', subject, ...uses,
			'-out', certificate);
	},
};

process.umask(0o077);
mkdirSync(dir, { recursive: true });
for (const [owner, profile] of [['bureau', 'intl'], ['bureau-sm', 'sm'], ...banks.map(({ code }) => [code, profiles[code] ?? 'intl'])]) {
	const [key, certificate] = ['key', 'crt'].map((ending) => join(dir, `${owner}.${ending}`));
	if (existsSync(key) && existsSync(certificate) && isSm(certificate) === (profile === 'sm'))
		continue;
	for (const file of [key, certificate])
		rmSync(file, { force: true });
	pairs[profile](key, certificate, `/C=CN/O=Sandbox/CN=${owner}`);
	console.log(`${owner}: key and certificate`);
}
