// Makes what the exchange needs of keys: for the bureau and each bank a P-256 key and a self-signed certificate.
//   node tests/sandbox/keys.mjs DIR
// What is there already stays; only key and certificate together count as there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const dir = process.argv[2];
if (!dir) {
	console.error('usage: node keys.mjs DIR');
	process.exit(2);
}

const banks = JSON.parse(readFileSync(new URL('../../schema/data/banks.json', import.meta.url), 'utf8'));
const years = 10;

process.umask(0o077);
mkdirSync(dir, { recursive: true });
for (const owner of ['bureau', ...banks.map((bank) => bank.code)]) {
	const [key, certificate] = ['key', 'crt'].map((ending) => join(dir, `${owner}.${ending}`));
	if (existsSync(key) && existsSync(certificate))
		continue;
	for (const file of [key, certificate])
		rmSync(file, { force: true });
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
		'-sha256', '-days', String(365 * years), '-subj', `/C=CN/O=Sandbox/CN=${owner}`,
		'-addext', 'keyUsage=critical,digitalSignature,keyAgreement',
		'-addext', 'basicConstraints=critical,CA:FALSE',
		'-keyout', key, '-out', certificate], { stdio: ['ignore', 'ignore', 'pipe'] });
	console.log(`${owner}: key and certificate`);
}
