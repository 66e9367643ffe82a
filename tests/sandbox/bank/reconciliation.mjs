// ReconciliationReport: per order that is not done, how many of its applications have reached what; and the bureau's beside it.
import { element, fields } from './xml.mjs';

const way = ['ACCEPTED', 'ACCOUNT_OPENED', 'IN_PRODUCTION', 'PRODUCED', 'AT_BRANCH', 'MAILED', 'RETURNED', 'DELIVERED', 'COLLECTED'];
const over = ['REJECTED', 'DELIVERED', 'COLLECTED', 'FAILED'];

const count = (list, ...of) => list.filter(({ status }) => of.includes(status)).length;
const from = (status) => way.slice(way.indexOf(status));
const figures = (list) => ({
	Sent: list.length,
	Accepted: count(list, ...from('ACCEPTED')),
	Rejected: count(list, 'REJECTED'),
	InProduction: count(list, ...from('IN_PRODUCTION')),
	Produced: count(list, ...from('PRODUCED')),
	Delivered: count(list, 'DELIVERED'),
	Collected: count(list, 'COLLECTED'),
});
const isOpen = ([, list]) => list.some(({ status }) => !over.includes(status));

// orders: [[MsgId, its applications]].
export function reconciliation(orders)
{
	const open = orders.filter(isOpen);
	return {
		type: 'ReconciliationReport',
		ids: open.map(([id]) => id),
		body: open.map(([id, list], i) => element('Order', fields({
			RecordNo: i + 1,
			OrderMsgId: id,
			...figures(list),
			OpenTo7Days: list.length - count(list, ...over),
			OpenTo30Days: 0,
			OpenOver30Days: 0,
		}, 2), 1)).join(''),
	};
}

// The MsgIds of the orders on which the bureau's report (records as order.mjs gives them) and the bank differ.
export function differences(orders, records)
{
	const theirs = new Map(records.map(({ no, figures: said }) => [no, said]));
	const differs = ([id, list]) => (theirs.has(id)
		? Object.entries(figures(list)).some(([name, number]) => Number(theirs.get(id)[name]) !== number)
		: isOpen([id, list]));
	const known = new Set(orders.map(([id]) => id));
	return [...orders.filter(differs).map(([id]) => id), ...[...theirs.keys()].filter((id) => !known.has(id))];
}
