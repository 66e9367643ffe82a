/*
 * chance.mjs - drawing by a seed (mulberry32): the same seed draws the same.
 */
export class Chance {
	#state;

	constructor(seed)
	{
		this.#state = seed >>> 0;
	}

	/* In [0, 1). */
	draw()
	{
		this.#state = (this.#state + 0x6D2B79F5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	/* 1 to n. */
	upTo(n)
	{
		return 1 + Math.floor(this.draw() * n);
	}

	of(list)
	{
		return list[this.upTo(list.length) - 1];
	}

	is(probability)
	{
		return this.draw() < probability;
	}

	/* A seed for a part that draws as often as it likes. */
	part()
	{
		return new Chance(this.draw() * 2 ** 32);
	}
}
