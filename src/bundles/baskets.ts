import { grown } from '../core/grown';

/** Baskets as typed arrays: the items of basket `b` are `items[offsets[b] .. offsets[b + 1])`, numbers into `names`, each once. */
export interface Baskets {
	readonly names: readonly string[];
	/** One longer than there are baskets. */
	readonly offsets: Uint32Array;
	readonly items: Uint32Array;
}

/** Takes baskets in one by one, in any order. */
export class BasketBuilder {
	private readonly numbers = new Map<string, number>();
	private readonly names: string[] = [];
	/** The last basket that held an item, so that an item counts once a basket. */
	private readonly lastBasket: number[] = [];
	private items = new Uint32Array(1024);
	private offsets = new Uint32Array(256);
	private baskets = 0;
	private length = 0;

	/** An item named twice counts once; a basket without items is none. */
	add(items: Iterable<string>): void {
		const before = this.length;
		for (const name of items) {
			const item = this.numberOf(name);
			if (this.lastBasket[item] === this.baskets) continue;
			this.lastBasket[item] = this.baskets;
			if (this.length === this.items.length) this.items = grown(this.items);
			this.items[this.length++] = item;
		}
		if (this.length === before) return;
		this.baskets++;
		if (this.baskets === this.offsets.length) this.offsets = grown(this.offsets);
		this.offsets[this.baskets] = this.length;
	}

	build(): Baskets {
		return { names: this.names, offsets: this.offsets.slice(0, this.baskets + 1), items: this.items.slice(0, this.length) };
	}

	private numberOf(name: string): number {
		const known = this.numbers.get(name);
		if (known !== undefined) return known;
		const number = this.names.length;
		this.numbers.set(name, number);
		this.names.push(name);
		this.lastBasket.push(-1);
		return number;
	}
}

export const basketCount = (baskets: Baskets): number => baskets.offsets.length - 1;
