import { grown } from './grown';

/** The median of values that come one after the other: they are kept in order, so that the next one only has to find its place. */
export class RunningMedian {
	private sorted = new Float64Array(64);
	private count = 0;

	get size(): number {
		return this.count;
	}

	/** Between the two middle ones where their number is even; NaN of none. */
	get median(): number {
		const upper = this.count >>> 1;
		if (this.count === 0) return Number.NaN;
		return this.count % 2 === 1 ? this.sorted[upper] : (this.sorted[upper - 1] + this.sorted[upper]) / 2;
	}

	clear(): void {
		this.count = 0;
	}

	add(value: number): void {
		if (this.count === this.sorted.length) this.sorted = grown(this.sorted);
		const { sorted } = this;
		let place = this.count++;
		for (; place > 0 && sorted[place - 1] > value; place--) sorted[place] = sorted[place - 1];
		sorted[place] = value;
	}
}
