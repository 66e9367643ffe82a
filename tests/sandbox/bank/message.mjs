// What all messages of a bank have in common: MsgId, header, control digest (schema/README.md §2 and §4).
import { createHash } from 'node:crypto';

import { document, element, fields } from './xml.mjs';

export const bureau = 'BJSSC';

// SHA-256 over the ids, each followed by a line feed.
export function controlDigest(ids)
{
	const hash = createHash('sha256');
	for (const id of ids)
		hash.update(`${id}\n`);
	return hash.digest('hex');
}

// Beijing's clock: no summer time.
export const beijing = (at = Date.now()) => `${new Date(at + 8 * 3600 * 1000).toISOString().slice(0, 19)}+08:00`;

// ids: of the records, in the order of the file; body: the elements after the header, as text.
// Gives the header's elements and the whole message.
export function message({ type, bank, seq, date, original, ids, body })
{
	const header = {
		MsgId: `${bank}-${bureau}-${date.replaceAll('-', '')}-${String(seq).padStart(6, '0')}`,
		MsgType: type,
		SchemaVersion: '1.0',
		From: bank,
		To: bureau,
		BusinessDate: date,
		CreationTime: beijing(),
		SeqNo: seq,
		PossibleDuplicate: false,
		OriginalMsgId: original,
		NumberOfRecords: ids.length,
		ControlDigest: controlDigest(ids),
		Part: 1,
		LastInBusinessDate: true,
	};
	return { header, xml: document(type, element('Header', fields(header, 2), 1) + body) };
}
