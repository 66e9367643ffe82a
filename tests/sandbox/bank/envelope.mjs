// The three files of a message, by the profile that was agreed (schema/README.md §2 and §3).
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { endings, path } from './folder.mjs';
import * as intl from './intl.mjs';
import { inTurn, isValid } from './pairs.mjs';
import * as sm from './sm.mjs';
import { tool } from './tool.mjs';
import { document, fields } from './xml.mjs';

const schema = (type) => fileURLToPath(new URL(`../../../schema/${type}.xsd`, import.meta.url));

export const profiles = { intl, sm };
// A certificate says which profile was agreed.
export const profileOf = ({ certificate }) => sm.isSm(certificate) ? 'sm' : 'intl';

// The reason against the signature, or undefined. peers: any of these may have made it.
export function signatureFault(dir, id, profile, peers)
{
	const faults = [];
	for (const peer of peers) {
		const fault = profiles[profile].signatureFault(path(dir, id, endings.manifest), path(dir, id, endings.signature), peer.certificate);
		if (!fault)
			return isValid(peer) ? undefined : 'S03';
		faults.push(fault);
	}
	return faults.find((fault) => fault !== 'S02') ?? 'S02';
}

export function validates(type, file, input)
{
	return tool('xmllint', ['--noout', '--nonet', '--schema', schema(type), file], input).ok;
}

// Piece by piece: an order may be 800 MB.
export function digest(algorithm, file)
{
	const hash = createHash(algorithm);
	const piece = Buffer.alloc(1 << 20);
	const fd = openSync(file);
	try {
		for (let n; (n = readSync(fd, piece)) > 0;)
			hash.update(piece.subarray(0, n));
	} finally {
		closeSync(fd);
	}
	return hash.digest('hex');
}

// The file's key, or undefined where none of one's own opens it.
export function openKey(sealed, profile, own)
{
	for (const pair of own) {
		const key = profiles[profile].open(Buffer.from(sealed, 'base64'), pair);
		if (key)
			return key;
	}
	return undefined;
}

// Decrypts and validates as a stream; take gets each piece first and may throw. True when xmllint is content,
// 'wrong' when the XML is not valid, 'broken' when it is no XML.
export async function read(file, profile, key, iv, type, take)
{
	const lint = spawn('xmllint', ['--stream', '--noout', '--nonet', '--schema', schema(type), '-'],
		{ stdio: ['pipe', 'ignore', 'ignore'] });
	const ended = new Promise((resolve, reject) => {
		lint.once('error', reject);
		lint.once('close', resolve);
	});
	ended.catch(() => {});
	let refused = false; // xmllint stops reading at the first error of syntax
	lint.stdin.on('error', () => {
		refused = true;
	});
	try {
		for await (const bytes of profiles[profile].decipher(file, key, iv)) {
			take(bytes);
			if (!refused && !lint.stdin.write(bytes))
				await new Promise((resolve) => {
					lint.stdin.once('drain', resolve).once('close', resolve);
				});
		}
	} finally {
		lint.stdin.end();
	}
	const linted = await ended;
	return linted === 0 || (linted === 3 || linted === 4 ? 'wrong' : 'broken');
}

// Writes the three files of a message into dir. header: the elements that manifest and message share. A message that is to be
// wrong (fault.mjs) has a row: it is not validated, and its manifest may be other than right.
export function write(dir, header, xml, { profile, own, peers }, fault)
{
	const id = header.MsgId;
	const data = path(dir, id, endings.data);
	const manifest = path(dir, id, endings.manifest);
	const { sign, seal, encipher, keyLength } = profiles[profile];
	const fileKey = randomBytes(keyLength);
	const iv = randomBytes(16).toString('hex');

	if (!fault && !validates(header.MsgType, '-', xml))
		throw new Error(`${id}: not valid by ${header.MsgType}.xsd`);
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	const bytes = encipher(xml, fileKey, iv);
	writeFileSync(data, bytes);
	const elements = {
		MsgId: id,
		MsgType: header.MsgType,
		SchemaVersion: header.SchemaVersion,
		From: header.From,
		To: header.To,
		BusinessDate: header.BusinessDate,
		SeqNo: header.SeqNo,
		FileName: `${id}.${endings.data}`,
		FileSize: bytes.length,
		Sha256: digest('sha256', data),
		Sm3: sm.digest(bytes),
		NumberOfRecords: header.NumberOfRecords,
		Profile: profile,
		IV: iv,
		SealedKey: seal(fileKey, inTurn(peers)).toString('base64'),
	};
	Object.assign(elements, typeof fault?.manifest === 'function' ? fault.manifest(elements) : fault?.manifest);
	writeFileSync(manifest, document('Manifest', fields(elements, 1)));
	if (!fault && !validates('Manifest', manifest))
		throw new Error(`${id}: not valid by Manifest.xsd`);
	writeFileSync(path(dir, id, endings.signature), sign(manifest, inTurn(own)));
}
