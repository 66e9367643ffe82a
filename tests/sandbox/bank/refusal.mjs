// Why a file is not taken: a reason code of schema/README.md §6.
export class Refusal extends Error {
	constructor(reason)
	{
		super(reason);
		this.reason = reason;
	}
}
