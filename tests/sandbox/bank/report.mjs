// ProductionStatusReport: one step of an order's applications.
import { createHash } from 'node:crypto';

import { beijing } from './message.mjs';
import { element, fields } from './xml.mjs';

// Stands for what a card factory or the post would number.
const number = (kind, { no, attempt }) =>
	createHash('sha256').update(`${kind}/${no}/${attempt}`).digest('hex').slice(0, 12).toUpperCase();

// applications: those of the order whose status has changed, with the new one.
export function report(order, applications)
{
	const totals = new Map();
	for (const { status } of applications)
		totals.set(status, (totals.get(status) ?? 0) + 1);
	const now = beijing();
	const entries = applications.map((application, i) => element('Entry', fields({
		RecordNo: i + 1,
		ApplicationNo: application.no,
		Attempt: application.attempt,
		Status: application.status,
		Reason: application.status === 'REJECTED' ? application.reason : undefined,
		StatusTime: now,
		TrackingNo: application.status === 'MAILED' ? `SB-${number('mail', application)}` : undefined,
		CardNo: application.status === 'PRODUCED' ? number('card', application) : undefined,
	}, 2), 1));
	return {
		type: 'ProductionStatusReport',
		original: order,
		ids: applications.map((application) => application.no),
		body: element('Totals', [...totals].map(([Status, Number]) => element('Total', fields({ Status, Number }, 3), 2)).join(''), 1)
			+ entries.join(''),
	};
}
