// CardProductionOrder: takes one from the bank's outbound folder, in the order of schema/README.md §3.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';

import { examine, photoHead } from './application.mjs';
import { digest, openKey, read, signatureFault } from './envelope.mjs';
import { endings, isPlain, path } from './folder.mjs';
import { manifest } from './manifest.mjs';
import { controlDigest } from './message.mjs';
import { Refusal } from './refusal.mjs';
import { Scan, ScanError } from './scan.mjs';

export const order = 'CardProductionOrder';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
const most = { bytes: 2 ** 30, records: 20000 };

// What is kept of a record, by its element. no: a copy, since V8's slice would keep the whole piece of the file alive with it.
const records = {
	Application: (record, date) => ({
		no: Buffer.from(record.ApplicationNo ?? '').toString(),
		attempt: Number(record.Attempt),
		method: record['Delivery/Method'],
		reason: examine(record, date),
	}),
	Order: ({ OrderMsgId, ...figures }) => ({ no: Buffer.from(OrderMsgId ?? '').toString(), figures }),
};

// Collects header and records while the file streams by; of a photo only the beginning is kept.
class Reader {
	header = {};
	records = [];
	#date;
	#record = {};
	#scan = new Scan({ close: (at, text) => this.#close(at, text), head: { Photo: photoHead } });
	#begin = '';

	constructor(date)
	{
		this.#date = date;
	}

	write(bytes)
	{
		if (this.#begin.length < declaration.length) {
			this.#begin += bytes.toString('latin1', 0, declaration.length - this.#begin.length);
			if (!declaration.startsWith(this.#begin))
				throw new Refusal('F06');
		}
		this.#refuse(() => this.#scan.write(bytes));
	}

	end()
	{
		this.#refuse(() => this.#scan.end());
	}

	#refuse(step)
	{
		try {
			step();
		} catch (error) {
			throw error instanceof ScanError ? new Refusal(error.message === 'syntax' ? 'F04' : 'F06') : error;
		}
	}

	#close(at, text)
	{
		if (at.length === 3 && at[1] === 'Header') {
			this.header[at[2]] = text;
		} else if (at[1] in records && at.length > 2) {
			this.#record[at.slice(2).join('/')] = text;
		} else if (at[1] in records) {
			this.records.push({ n: Number(this.#record.RecordNo), ...records[at[1]](this.#record, this.#date) });
			this.#record = {};
			if (this.records.length > most.records)
				throw new Refusal('F12');
		}
	}
}

// The header against manifest and bank.
function agree(header, outer)
{
	for (const name of ['MsgId', 'MsgType', 'SchemaVersion', 'From', 'To', 'BusinessDate', 'SeqNo']) {
		if (header[name] !== outer[name])
			throw new Refusal('F07');
	}
}

function count({ header, records }, outer)
{
	if (records.some(({ n }, i) => n !== i + 1))
		throw new Refusal('F13');
	if (Number(header.NumberOfRecords) !== records.length || Number(outer.NumberOfRecords) !== records.length)
		throw new Refusal('F08');
	if (header.ControlDigest !== controlDigest(records.map(({ no }) => no)))
		throw new Refusal('F09');
}

// What the file is and whether it is taken: the material of its receipt, and its records by type. earlier(id, seq)
// is what the bank accepted before: {sha256} under this MsgId, or {other: true} when the SeqNo was another's.
export async function receive(dir, id, { bank, profile, own, peers, earlier, date })
{
	const data = path(dir, id, endings.data);
	const plain = isPlain(data);
	const verdict = {
		id,
		size: plain ? statSync(data).size : 0,
		sha256: plain ? digest('sha256', data) : createHash('sha256').digest('hex'),
		signatureOk: false,
		digestOk: false,
		schemaOk: false,
		countOk: false,
		counted: 0,
		reason: undefined,
		repeated: false,
		type: order,
		applications: [],
		orders: [],
	};

	try {
		if (!Object.values(endings).every((ending) => isPlain(path(dir, id, ending))))
			throw new Refusal('F01');
		const fault = signatureFault(dir, id, profile, peers);
		if (fault)
			throw new Refusal(fault);
		verdict.signatureOk = true;

		const outer = manifest(path(dir, id, endings.manifest), id, bank, profile);
		verdict.type = outer.MsgType;
		if (outer.MsgType !== order && outer.MsgType !== 'ReconciliationReport')
			throw new Refusal('F14');
		if (verdict.size > most.bytes || Number(outer.NumberOfRecords) > most.records)
			throw new Refusal('F12');
		if (Number(outer.FileSize) !== verdict.size || outer.Sha256 !== verdict.sha256 || outer.Sm3 !== digest('sm3', data))
			throw new Refusal('F03');
		verdict.digestOk = true;

		const before = earlier(id, Number(outer.SeqNo));
		if (before?.other)
			throw new Refusal('F11');
		if (before && before.sha256 !== verdict.sha256)
			throw new Refusal('F10');
		verdict.repeated = before !== undefined;

		const fileKey = openKey(outer.SealedKey, profile, own);
		if (!fileKey)
			throw new Refusal('S04');
		const reader = new Reader(date);
		const valid = await read(data, profile, fileKey, outer.IV, outer.MsgType, (bytes) => reader.write(bytes));
		reader.end();
		if (valid !== true)
			throw new Refusal(valid === 'broken' ? 'F04' : 'F05');
		verdict.schemaOk = true;
		agree(reader.header, outer);
		count(reader, outer);
		verdict.countOk = true;
		verdict.counted = reader.records.length;
		verdict[outer.MsgType === order ? 'applications' : 'orders'] = reader.records;
	} catch (error) {
		if (!(error instanceof Refusal))
			throw error;
		verdict.reason = error.reason;
	}
	return verdict;
}
