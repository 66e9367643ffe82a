// The fifteen banks' side of the exchange, written from schema/README.md alone: one night, or its receipts only.
//   node tests/sandbox/bank.mjs [--exchange DIR] [--keys DIR] [--ledgers DIR] [--bank 102]… [--date YYYY-MM-DD]
//        [--receive] [--steps N] [--refuse D06] [--reconcile [--wrong Produced=7]…]
//
// --receive  receipts, no report        --steps   at most so many steps an application
// --refuse   refuse what comes this night with that reason
// --reconcile  with a ReconciliationReport    --wrong  a figure in it that is not right
//
// The folders default to VAR/exchange, VAR/secrets/banks and VAR/sandbox/banks.
import { join } from 'node:path';
import { parseArgs } from 'node:util';

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
		wrong: { type: 'string', multiple: true },
	} });
	if (values.date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.date))
		throw new TypeError('--date: YYYY-MM-DD');
	if (values.steps !== undefined && !/^[1-9]\d*$/.test(values.steps))
		throw new TypeError('--steps: a number');
	if (values.refuse !== undefined && !/^[DB]\d\d$/.test(values.refuse))
		throw new TypeError('--refuse: a reason code, D or B');
	for (const one of values.wrong ?? []) {
		if (!/^[A-Z][A-Za-z]+=\d+$/.test(one))
			throw new TypeError('--wrong: Element=number');
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
const { exchange, keys, ledgers, bank: only, date, receive, steps, refuse, reconcile } = values;
const wrong = Object.fromEntries((values.wrong ?? []).map((one) => one.split('=')));
try {
	const events = await run({ exchange, keys, ledgers, only, date, refuse, status: !receive, steps: steps && Number(steps), reconcile, wrong });
	for (const { bank, type, msgId, status, reason, records, differing = [] } of events)
		console.log([bank, type, msgId, status || 'empty', reason, `${records} records`, ...differing.map((id) => `differs on ${id}`)].filter(Boolean).join('  '));
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
