// Chance that repeats: the same seed, the same numbers (mulberry32).
export class Random {
	constructor(seed) {
		this.state = (seed ^ 0x9e3779b9) >>> 0;
	}

	/* 0 … 1, without 1 */
	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	between(low, high) {
		return low + (high - low) * this.next();
	}

	whole(low, high) {
		return Math.floor(this.between(low, high + 1));
	}

	of(list) {
		return list[Math.floor(this.next() * list.length)];
	}

	chance(share) {
		return this.next() < share;
	}
}
