// The fifteen banks' side of the exchange, written from schema/README.md alone: one night, or its receipts only.
//   node tests/sandbox/bank.mjs [--exchange DIR] [--keys DIR] [--ledgers DIR] [--bank 102]… [--date YYYY-MM-DD]
//        [--receive] [--steps N] [--refuse D06] [--reconcile] [--fault [102=]NAME]…
//   node tests/sandbox/bank.mjs --list-faults
//
// --receive  receipts, no report        --steps   at most so many steps an application
// --refuse   refuse what comes this night with that reason
// --reconcile  with a ReconciliationReport
// --fault    misbehave this night; the next one puts it right. --list-faults: how, and what the bureau is expected to say
//
// The folders default to VAR/exchange, VAR/secrets/banks and VAR/sandbox/banks.
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { codeOf, faults } from './bank/fault.mjs';
import { banks, run } from './bank/night.mjs';

const { VAR = 'var' } = process.env;

function options()
{
	const { values } = parseArgs({ options: {
		exchange: { type: 'string', default: join(VAR, 'exchange') },
		keys: { type: 'string', default: join(VAR, 'secrets', 'banks') },
		ledgers: { type: 'string', default: join(VAR, 'sandbox', 'banks') },
		bank: { type: 'string', multiple: true },
		date: { type: 'string' },
		receive: { type: 'boolean', default: false },
		steps: { type: 'string' },
		refuse: { type: 'string' },
		reconcile: { type: 'boolean', default: false },
		fault: { type: 'string', multiple: true },
		'list-faults': { type: 'boolean', default: false },
	} });
	if (values.date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.date))
		throw new TypeError('--date: YYYY-MM-DD');
	if (values.steps !== undefined && !/^[1-9]\d*$/.test(values.steps))
		throw new TypeError('--steps: a number');
	if (values.refuse !== undefined && !/^[DB]\d\d$/.test(values.refuse))
		throw new TypeError('--refuse: a reason code, D or B');
	for (const fault of values.fault ?? []) {
		if (!Object.hasOwn(faults, fault.split('=').at(-1)))
			throw new TypeError('--fault: one of --list-faults');
	}
	for (const code of values.bank ?? []) {
		if (!banks.some((bank) => bank.code === code))
			throw new TypeError(`--bank: ${code} is none`);
	}
	return values;
}

let values;
try {
	values = options();
} catch (error) {
	console.error(error.message);
	process.exit(2);
}
if (values['list-faults']) {
	for (const [name, row] of Object.entries(faults))
		console.log(`${name.padEnd(10)} ${row.says} → ${[row.told.event, codeOf(row, 'intl')].filter(Boolean).join(' ')}`);
	process.exit(0);
}
const { exchange, keys, ledgers, bank: only, date, receive, steps, refuse, reconcile } = values;
// "102=late": that bank's; "late": everybody's.
const misbehave = (code) => values.fault?.map((fault) => fault.split('=')).find((fault) => fault.length === 1 || fault[0] === code)?.at(-1);
try {
	const events = await run({ exchange, keys, ledgers, only, date, refuse, status: !receive, steps: steps && Number(steps), reconcile, misbehave });
	for (const { bank, type, msgId, status, reason, records, differing = [] } of events)
		console.log([bank, type, msgId, status || 'empty', reason, `${records} records`, ...differing.map((id) => `differs on ${id}`)].filter(Boolean).join('  '));
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
