// Profile `intl` (schema/README.md §3) with the command lines of the recipes. What sm.mjs has by the same names is the same.
import { spawn } from 'node:child_process';

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

const cipher = (fileKey, iv) => ['-aes-256-ctr', '-K', fileKey.toString('hex'), '-iv', iv];

export const encipher = (bytes, fileKey, iv) => must('openssl', ['enc', ...cipher(fileKey, iv)], bytes);

// Piece by piece.
export async function* decipher(file, fileKey, iv)
{
	const child = spawn('openssl', ['enc', '-d', ...cipher(fileKey, iv), '-in', file], { stdio: ['ignore', 'pipe', 'ignore'] });
	const ended = new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	ended.catch(() => {});
	try {
		yield* child.stdout;
	} finally {
		child.kill();
	}
	const code = await ended;
	if (code !== 0)
		throw new Error(`openssl enc: ${code}`);
}
