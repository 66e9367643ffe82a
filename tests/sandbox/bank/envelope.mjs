// The recipes of schema/README.md §3: of profile `intl` with the same command lines, of `sm` with another library.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { endings, path } from './folder.mjs';
import * as sm from './sm.mjs';
import { document, fields } from './xml.mjs';

const schema = (type) => fileURLToPath(new URL(`../../../schema/${type}.xsd`, import.meta.url));

// A key for tests, so the command line may show it (README.md §3).
function tool(name, args, input)
{
	const done = spawnSync(name, args, { input, maxBuffer: 64 << 20 });
	if (done.error)
		throw done.error;
	return { ok: done.status === 0, out: done.stdout, err: done.stderr.toString() };
}

function must(name, args, input)
{
	const done = tool(name, args, input);
	if (!done.ok)
		throw new Error(`${name} ${args[0]}: ${done.err.split('\n')[0]}`);
	return done.out;
}

// How a profile encrypts: openssl's name of the cipher, bytes of its key.
export const ciphers = { intl: ['aes-256-ctr', 32], sm: ['sm4-ctr', 16] };
export const profileOf = (certificate) => sm.isSm(certificate) ? 'sm' : 'intl';

// The reason against the signature, or undefined.
export function signatureFault(dir, id, certificate)
{
	return wrongSignature(dir, id, certificate)
		?? (tool('openssl', ['x509', '-in', certificate, '-noout', '-checkend', '0']).ok ? undefined : 'S03');
}

function wrongSignature(dir, id, certificate)
{
	if (sm.isSm(certificate))
		return sm.verify(path(dir, id, endings.manifest), path(dir, id, endings.signature), certificate) ? undefined : 'S01';
	const { ok, err } = tool('openssl', ['cms', '-verify', '-binary', '-inform', 'DER',
		'-in', path(dir, id, endings.signature), '-content', path(dir, id, endings.manifest),
		'-certfile', certificate, '-nointern', '-noverify', '-out', '/dev/null']);
	if (ok)
		return undefined;
	return err.includes('signer certificate not found') ? 'S02' : 'S01';
}

export function validates(type, file, input)
{
	return tool('xmllint', ['--noout', '--nonet', '--schema', schema(type), file], input).ok;
}

export function digest(algorithm, file)
{
	return must('openssl', ['dgst', `-${algorithm}`, '-r', file]).toString().split(' ')[0];
}

// The file's key in hexadecimal, or undefined where it does not open.
export function openKey(sealed, key, profile)
{
	if (profile === 'sm')
		return sm.open(Buffer.from(sealed, 'base64'), key)?.toString('hex');
	const { ok, out } = tool('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-inkey', key],
		Buffer.from(sealed, 'base64'));
	return ok && out.length === 32 ? out.toString('hex') : undefined;
}

// Decrypts and validates as a stream; take gets each piece first and may throw. True when xmllint is content,
// 'wrong' when the XML is not valid, 'broken' when it is no XML.
export async function read(file, profile, key, iv, type, take)
{
	const cipher = spawn('openssl', ['enc', '-d', `-${ciphers[profile][0]}`, '-K', key, '-iv', iv, '-in', file],
		{ stdio: ['ignore', 'pipe', 'ignore'] });
	const lint = spawn('xmllint', ['--stream', '--noout', '--nonet', '--schema', schema(type), '-'],
		{ stdio: ['pipe', 'ignore', 'ignore'] });
	const ended = (child) => new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	const codes = Promise.all([ended(cipher), ended(lint)]);
	codes.catch(() => {});
	let refused = false; // xmllint stops reading at the first error of syntax
	lint.stdin.on('error', () => {
		refused = true;
	});
	try {
		for await (const bytes of cipher.stdout) {
			take(bytes);
			if (!refused && !lint.stdin.write(bytes))
				await new Promise((resolve) => {
					lint.stdin.once('drain', resolve).once('close', resolve);
				});
		}
	} finally {
		lint.stdin.end();
		cipher.kill();
	}
	const [deciphered, linted] = await codes;
	if (deciphered !== 0)
		throw new Error(`openssl enc: ${deciphered}`);
	return linted === 0 || (linted === 3 || linted === 4 ? 'wrong' : 'broken');
}

// Writes the three files of a message into dir. header: the elements that manifest and message share.
export function write(dir, header, xml, { key, certificate, peer })
{
	const id = header.MsgId;
	const data = path(dir, id, endings.data);
	const manifest = path(dir, id, endings.manifest);
	const profile = profileOf(certificate);
	const [cipher, length] = ciphers[profile];
	const fileKey = randomBytes(length);
	const iv = randomBytes(16).toString('hex');

	if (!validates(header.MsgType, '-', xml))
		throw new Error(`${id}: not valid by ${header.MsgType}.xsd`);
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	must('openssl', ['enc', `-${cipher}`, '-K', fileKey.toString('hex'), '-iv', iv, '-out', data], xml);
	const sealed = profile === 'sm' ? sm.seal(fileKey, peer) : must('openssl', ['cms', '-encrypt', '-binary', '-aes-256-gcm',
		'-outform', 'DER', '-recip', peer, '-keyopt', 'ecdh_kdf_md:sha256'], fileKey);
	const elements = {
		MsgId: id,
		MsgType: header.MsgType,
		SchemaVersion: header.SchemaVersion,
		From: header.From,
		To: header.To,
		BusinessDate: header.BusinessDate,
		SeqNo: header.SeqNo,
		FileName: `${id}.${endings.data}`,
		FileSize: statSync(data).size,
		Sha256: digest('sha256', data),
		Sm3: digest('sm3', data),
		NumberOfRecords: header.NumberOfRecords,
		Profile: profile,
		IV: iv,
		SealedKey: sealed.toString('base64'),
	};
	writeFileSync(manifest, document('Manifest', fields(elements, 1)));
	if (!validates('Manifest', manifest))
		throw new Error(`${id}: not valid by Manifest.xsd`);
	if (profile === 'sm') {
		writeFileSync(path(dir, id, endings.signature), sm.sign(manifest, key));
		return;
	}
	must('openssl', ['cms', '-sign', '-binary', '-in', manifest, '-outform', 'DER', '-md', 'sha256',
		'-signer', certificate, '-inkey', key, '-out', path(dir, id, endings.signature)]);
}
