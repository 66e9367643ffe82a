// What a bank finds when it looks at one application: a reason code of schema/README.md §6 (D…), or nothing.
import { readFileSync } from 'node:fs';

const branches = JSON.parse(readFileSync(new URL('../branches.json', import.meta.url), 'utf8'));
const closed = new Set(branches.filter((branch) => !branch.open).map((branch) => branch.code));

// The characters of a photo's base64 that hold its size; a multiple of four.
export const photoHead = 16384;

// ISO 7064 MOD 11-2, for the types that have it.
function checks(number)
{
	if (!/^\d{17}[\dX]$/.test(number))
		return false;
	return [...number].reduce((p, c) => (p * 2 + (c === 'X' ? 10 : Number(c))) % 11, 0) === 1;
}

// Width and height from the frame header of a baseline JPEG (ITU T.81), or undefined.
function jpegSize(bytes)
{
	if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xFFD8)
		return undefined;
	for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
		if (bytes[at] !== 0xFF)
			return undefined;
		if (bytes[at + 1] === 0xC0)
			return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), components: bytes[at + 9] };
	}
	return undefined;
}

// record: texts by path below Application; date: the business date.
export function examine(record, date)
{
	const type = record['Person/IdType'];
	const number = record['Person/IdNumber'] ?? '';
	if ((type === '01' || type === '02' || (type === '05' && number.length === 18)) && !checks(number))
		return 'D01';
	if (record['Person/IdValidTo'] && record['Person/IdValidTo'] < date)
		return 'D02';
	if (record['Delivery/Method'] === 'mail'
		&& !['Recipient', 'RecipientPhone', 'RecipientAddress'].every((name) => record[`Delivery/${name}`]))
		return 'D04';
	if (closed.has(record['Card/Branch']))
		return 'D05';
	const size = jpegSize(Buffer.from(record['Card/Photo'] ?? '', 'base64'));
	if (size?.width !== 358 || size.height !== 441 || size.components !== 3)
		return 'D06';
	return undefined;
}
