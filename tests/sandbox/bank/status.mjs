// How an application moves on at the sandbox's banks: a plain way through the table of schema/README.md §5.

const steps = {
	RECEIVED: { next: 'ACCEPTED', overnight: true },
	ACCEPTED: { next: 'ACCOUNT_OPENED', overnight: true },
	ACCOUNT_OPENED: { next: 'IN_PRODUCTION', overnight: true },
	IN_PRODUCTION: { next: 'PRODUCED', overnight: true },
	PRODUCED: { next: 'AT_BRANCH', mailed: 'MAILED' },
	AT_BRANCH: { next: 'COLLECTED' },
	MAILED: { next: 'DELIVERED' },
};

// The status after this one, or undefined at the end of the way. application: of the ledger.
export function next({ status, method, reason })
{
	const step = steps[status];
	if (!step)
		return undefined;
	if (status === 'RECEIVED' && reason)
		return 'REJECTED';
	return (method === 'mail' && step.mailed) || step.next;
}

// Does the bank go on from here in the same night?
export const overnight = (status) => steps[status]?.overnight === true;
