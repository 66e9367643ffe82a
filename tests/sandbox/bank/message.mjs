// What all messages of a bank have in common: MsgId, header, control digest (schema/README.md §2 and §4).
import { createHash } from 'node:crypto';

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

export function element(name, content, depth)
{
	const blanks = ' '.repeat(depth);
	if (content === undefined)
		return '';
	if (typeof content !== 'object')
		return `${blanks}<${name}>${String(content).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c])}</${name}>\n`;
	const inner = Array.isArray(content) ? content.join('') : Object.entries(content).map(([key, value]) => element(key, value, depth + 1)).join('');
	return `${blanks}<${name}>\n${inner}${blanks}</${name}>\n`;
}

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
	const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="urn:bjssc:exchange:1">\n`
		+ `${element('Header', header, 1)}${body}</${type}>\n`;
	return { header, xml };
}
