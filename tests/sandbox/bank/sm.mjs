// Profile `sm` (schema/README.md §3) with sm-crypto, which has nothing in common with the bureau's OpenSSL.
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { must } from './tool.mjs';

const { sm2, sm3, sm4 } = createRequire(import.meta.url)('sm-crypto');
const C1C3C2 = 1;
const signature = { hash: true, der: true, userId: '1234567812345678' };

export const bureau = 'bureau-sm';
export const keyLength = 16;

const text = (...args) => must('openssl', [...args, '-noout', '-text']).toString();
const digits = (text, name) => text.match(new RegExp(`^\\s*${name}:\\s*((?:[0-9a-f]{2}:?\\s*)+)`, 'm'))[1].replace(/[^0-9a-f]/g, '');
const privateKey = (file) => digits(text('pkey', '-in', file), 'priv').slice(-64).padStart(64, '0');
const publicKey = (certificate) => digits(text('x509', '-in', certificate), 'pub');

export const isSm = (certificate) => /ASN1 OID: SM2$/m.test(text('x509', '-in', certificate));

export const sign = (file, { key }) => Buffer.from(sm2.doSignature(readFileSync(file), privateKey(key), signature), 'hex');

export function signatureFault(file, signed, certificate)
{
	try {
		const hex = readFileSync(signed).toString('hex');
		return sm2.doVerifySignature(readFileSync(file), hex, publicKey(certificate), signature) ? undefined : 'S01';
	} catch {
		return 'S01';
	}
}

// SM3, of a file that is not large.
export const digest = (bytes) => sm3(bytes);

// SM4-CTR: sm-crypto has the cipher, not the mode. at: the place of the bytes in the file.
function crypt(bytes, fileKey, iv, at)
{
	const skip = at % 16;
	const first = BigInt(`0x${iv}`) + BigInt((at - skip) / 16);
	const counters = Buffer.alloc(Math.ceil((skip + bytes.length) / 16) * 16);
	for (let i = 0; i < counters.length / 16; i++)
		counters.write(BigInt.asUintN(128, first + BigInt(i)).toString(16).padStart(32, '0'), i * 16, 'hex');
	const stream = sm4.encrypt(counters, [...fileKey], { padding: 'none', output: 'array' });
	return bytes.map((byte, i) => byte ^ stream[skip + i]);
}

export const encipher = (bytes, fileKey, iv) => crypt(Buffer.from(bytes), fileKey, iv, 0);

export async function* decipher(file, fileKey, iv)
{
	let at = 0;
	for await (const bytes of createReadStream(file)) {
		yield crypt(bytes, fileKey, iv, at);
		at += bytes.length;
	}
}

// SM2Cipher of GM/T 0009: SEQUENCE { INTEGER x, INTEGER y, OCTET STRING digest, OCTET STRING ciphertext }, all shorter than 128 bytes.
const element = (tag, bytes) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
const integer = (bytes) => {
	const from = bytes.findIndex((byte, i) => byte !== 0 || i === bytes.length - 1);
	const plain = bytes.subarray(from);
	return element(0x02, plain[0] & 0x80 ? Buffer.concat([Buffer.alloc(1), plain]) : plain);
};

export function seal(fileKey, { certificate })
{
	const raw = Buffer.from(sm2.doEncrypt(fileKey, publicKey(certificate), C1C3C2), 'hex');
	return element(0x30, Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32, 64)),
		element(0x04, raw.subarray(64, 96)), element(0x04, raw.subarray(96))]));
}

export function open(der, { key })
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
		return plain.length === keyLength ? Buffer.from(plain) : undefined;
	} catch {
		return undefined;
	}
}
