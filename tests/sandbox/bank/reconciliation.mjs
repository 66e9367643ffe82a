// ReconciliationReport: per order that is not done, how many of its applications have reached what.
import { element, fields } from './xml.mjs';

const way = ['ACCEPTED', 'ACCOUNT_OPENED', 'IN_PRODUCTION', 'PRODUCED', 'AT_BRANCH', 'MAILED', 'DELIVERED', 'COLLECTED'];
const over = ['REJECTED', 'DELIVERED', 'COLLECTED'];

// orders: [[MsgId, its applications]].
export function reconciliation(orders)
{
	const open = orders.filter(([, list]) => list.some(({ status }) => !over.includes(status)));
	const count = (list, ...of) => list.filter(({ status }) => of.includes(status)).length;
	const from = (status) => way.slice(way.indexOf(status));
	return {
		type: 'ReconciliationReport',
		ids: open.map(([id]) => id),
		body: open.map(([id, list], i) => element('Order', fields({
			RecordNo: i + 1,
			OrderMsgId: id,
			Sent: list.length,
			Accepted: count(list, ...from('ACCEPTED')),
			Rejected: count(list, 'REJECTED'),
			InProduction: count(list, ...from('IN_PRODUCTION')),
			Produced: count(list, ...from('PRODUCED')),
			Delivered: count(list, 'DELIVERED'),
			Collected: count(list, 'COLLECTED'),
			OpenTo7Days: list.length - count(list, ...over),
			OpenTo30Days: 0,
			OpenOver30Days: 0,
		}, 2), 1)).join(''),
	};
}
