/*
 * parsing.mjs - `sbk check` of a status report of 10,000, 100,000 and 1,000,000 entries in clear (BENCH_ENTRIES): time and memory an entry.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { measure } from './processes.mjs';
import { aim, table } from './table.mjs';

const { BENCH_ENTRIES = '10000 100000 1000000', BUILD, VAR } = process.env;
const id = '102-BJSSC-20261122-000006';

const number = (n) => `BJ261122${String(n).padStart(9, '0')}`;

function* report(entries) {
	const digest = createHash('sha256');
	for (let n = 1; n <= entries; n++)
		digest.update(`${number(n)}\n`);
	yield `<?xml version="1.0" encoding="UTF-8"?>
<ProductionStatusReport xmlns="urn:bjssc:exchange:1">
 <Header>
  <MsgId>${id}</MsgId>
  <MsgType>ProductionStatusReport</MsgType>
  <SchemaVersion>1.0</SchemaVersion>
  <From>102</From>
  <To>BJSSC</To>
  <BusinessDate>2026-11-22</BusinessDate>
  <CreationTime>2026-11-22T23:30:00+08:00</CreationTime>
  <SeqNo>6</SeqNo>
  <PossibleDuplicate>false</PossibleDuplicate>
  <OriginalMsgId>BJSSC-102-20261122-000017</OriginalMsgId>
  <NumberOfRecords>${entries}</NumberOfRecords>
  <ControlDigest>${digest.digest('hex')}</ControlDigest>
  <Part>1</Part>
  <LastInBusinessDate>true</LastInBusinessDate>
 </Header>
 <Totals>
  <Total>
   <Status>PRODUCED</Status>
   <Number>${entries}</Number>
  </Total>
 </Totals>
`;
	for (let n = 1; n <= entries; n++)
		yield ` <Entry>
  <RecordNo>${n}</RecordNo>
  <ApplicationNo>${number(n)}</ApplicationNo>
  <Attempt>1</Attempt>
  <Status>PRODUCED</Status>
  <StatusTime>2026-11-22T23:10:00+08:00</StatusTime>
 </Entry>
`;
	yield '</ProductionStatusReport>\n';
}

/* In large pieces: a million small writes would take longest. */
function write(path, pieces) {
	const file = openSync(path, 'w');
	let held = [];
	for (const piece of pieces)
		if (held.push(piece) === 10000) {
			writeSync(file, held.join(''));
			held = [];
		}
	writeSync(file, held.join(''));
	closeSync(file);
}

const path = `${VAR}/${id}.xml`;
const rows = [['entries', 'MB', 's', 'CPU s', 'CPU µs an entry', 'peak RSS MB']];
const each = BENCH_ENTRIES.split(' ').map(Number).map((entries) => {
	write(path, report(entries));
	const size = statSync(path).size;
	const { seconds, cpu, mb } = measure(`sbk check of ${entries} entries`, [`${BUILD}/bin/sbk`, 'check', path]);
	rows.push([entries, (size / 1e6).toFixed(0), seconds.toFixed(1), cpu.toFixed(1), (cpu / entries * 1e6).toFixed(1), mb.toFixed(0)]);
	return { cost: cpu / entries, mb };
});
rmSync(path);
table(rows);
const [first, last] = [each[0], each.at(-1)];
aim('an entry of the largest costs ≤ 1.2 × one of the smallest, CPU', (last.cost / first.cost).toFixed(2), last.cost <= 1.2 * first.cost);
aim('peak RSS ≤ 64 MB', last.mb.toFixed(0), last.mb <= 64, ' MB');
