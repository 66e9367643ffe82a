// Profile `sm` (schema/README.md §3) with sm-crypto, which has nothing in common with the bureau's OpenSSL.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { sm2 } = createRequire(import.meta.url)('sm-crypto');
const C1C3C2 = 1;
const signature = { hash: true, der: true, userId: '1234567812345678' };

const text = (...args) => execFileSync('openssl', [...args, '-noout', '-text'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const digits = (text, name) => text.match(new RegExp(`^\\s*${name}:\\s*((?:[0-9a-f]{2}:?\\s*)+)`, 'm'))[1].replace(/[^0-9a-f]/g, '');
const privateKey = (file) => digits(text('pkey', '-in', file), 'priv').slice(-64).padStart(64, '0');
const publicKey = (certificate) => digits(text('x509', '-in', certificate), 'pub');

export const isSm = (certificate) => /ASN1 OID: SM2$/m.test(text('x509', '-in', certificate));

export const sign = (file, key) => Buffer.from(sm2.doSignature(readFileSync(file), privateKey(key), signature), 'hex');

export function verify(file, signed, certificate)
{
	try {
		return sm2.doVerifySignature(readFileSync(file), readFileSync(signed).toString('hex'), publicKey(certificate), signature);
	} catch {
		return false;
	}
}

// SM2Cipher of GM/T 0009: SEQUENCE { INTEGER x, INTEGER y, OCTET STRING digest, OCTET STRING ciphertext }, all shorter than 128 bytes.
const element = (tag, bytes) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
const integer = (bytes) => {
	const from = bytes.findIndex((byte, i) => byte !== 0 || i === bytes.length - 1);
	const plain = bytes.subarray(from);
	return element(0x02, plain[0] & 0x80 ? Buffer.concat([Buffer.alloc(1), plain]) : plain);
};

export function seal(key, certificate)
{
	const raw = Buffer.from(sm2.doEncrypt(key, publicKey(certificate), C1C3C2), 'hex');
	return element(0x30, Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32, 64)),
		element(0x04, raw.subarray(64, 96)), element(0x04, raw.subarray(96))]));
}

// The key's bytes, or undefined where it does not open.
export function open(der, key)
{
	const parts = [];
	if (der[0] !== 0x30 || der[1] !== der.length - 2)
		return undefined;
	for (let at = 2; at < der.length; at += 2 + der[at + 1])
		parts.push(der.subarray(at + 2, at + 2 + der[at + 1]));
	if (parts.length !== 4)
		return undefined;
	const [x, y] = parts.map((part) => part.toString('hex').slice(-64).padStart(64, '0'));
	try {
		const plain = sm2.doDecrypt(x + y + parts[2].toString('hex') + parts[3].toString('hex'), privateKey(key), C1C3C2, { output: 'array' });
		return plain.length === 16 ? Buffer.from(plain) : undefined;
	} catch {
		return undefined;
	}
}
