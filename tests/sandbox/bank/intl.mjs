// Profile `intl` (schema/README.md §3) with openssl's command line for all but the stream cipher. What sm.mjs has by the same names is the same.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { must, tool } from './tool.mjs';

export const bureau = 'bureau';
export const keyLength = 32;

// The reason against it, or undefined.
export function signatureFault(file, signed, certificate)
{
	const { ok, err } = tool('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', signed, '-content', file,
		'-certfile', certificate, '-nointern', '-noverify', '-out', '/dev/null']);
	if (ok)
		return undefined;
	return err.includes('signer certificate not found') ? 'S02' : 'S01';
}

export const sign = (file, { key, certificate }) => must('openssl', ['cms', '-sign', '-binary', '-in', file, '-outform', 'DER',
	'-md', 'sha256', '-signer', certificate, '-inkey', key]);

export const seal = (fileKey, { certificate }) => must('openssl', ['cms', '-encrypt', '-binary', '-aes-256-gcm', '-outform', 'DER',
	'-recip', certificate, '-keyopt', 'ecdh_kdf_md:sha256'], fileKey);

// The file's key, or undefined where it does not open.
export function open(sealed, { key })
{
	const { ok, out } = tool('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-inkey', key], sealed);
	return ok && out.length === keyLength ? out : undefined;
}

export const encipher = (bytes, fileKey, iv) => createCipheriv('aes-256-ctr', fileKey, Buffer.from(iv, 'hex')).update(bytes);

// Piece by piece.
export async function* decipher(file, fileKey, iv)
{
	const plain = createDecipheriv('aes-256-ctr', fileKey, Buffer.from(iv, 'hex'));
	for await (const bytes of createReadStream(file))
		yield plain.update(bytes);
}
