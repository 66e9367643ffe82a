// Manifest.xsd: what stands beside every encrypted file.
import { readFileSync, statSync } from 'node:fs';

import { validates } from './envelope.mjs';
import { endings } from './folder.mjs';
import { bureau } from './message.mjs';
import { Refusal } from './refusal.mjs';
import { Scan, ScanError } from './scan.mjs';

// Its elements by name. The signature has been verified; Refusal when it is not what this bank may get under this name.
export function manifest(file, id, bank, profile)
{
	const elements = {};
	if (statSync(file).size > 65536 || !validates('Manifest', file))
		throw new Refusal('F02');
	try {
		const scan = new Scan({ close: (path, text) => {
			if (path.length === 2)
				elements[path[1]] = text;
		} });
		scan.write(readFileSync(file));
		scan.end();
	} catch (error) {
		throw error instanceof ScanError ? new Refusal('F02') : error;
	}
	const [, , date, seq] = id.split('-');
	if (elements.MsgId !== id || elements.FileName !== `${id}.${endings.data}` || elements.From !== bureau || elements.To !== bank
		|| elements.BusinessDate.replaceAll('-', '') !== date || Number(elements.SeqNo) !== Number(seq))
		throw new Refusal('F07');
	if (elements.Profile !== profile)
		throw new Refusal('S05');
	return elements;
}
