// The three files of a message, by the profile that was agreed (schema/README.md §2 and §3).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { endings, path } from './folder.mjs';
import * as intl from './intl.mjs';
import { inTurn, isValid } from './pairs.mjs';
import * as sm from './sm.mjs';
import { must, tool } from './tool.mjs';
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

export function digest(algorithm, file)
{
	return must('openssl', ['dgst', `-${algorithm}`, '-r', file]).toString().split(' ')[0];
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

// Writes the three files of a message into dir. header: the elements that manifest and message share.
export function write(dir, header, xml, { profile, own, peers })
{
	const id = header.MsgId;
	const data = path(dir, id, endings.data);
	const manifest = path(dir, id, endings.manifest);
	const { sign, seal, encipher, keyLength } = profiles[profile];
	const fileKey = randomBytes(keyLength);
	const iv = randomBytes(16).toString('hex');

	if (!validates(header.MsgType, '-', xml))
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
	writeFileSync(manifest, document('Manifest', fields(elements, 1)));
	if (!validates('Manifest', manifest))
		throw new Error(`${id}: not valid by Manifest.xsd`);
	writeFileSync(path(dir, id, endings.signature), sign(manifest, inTurn(own)));
}
