import type { Steps } from './steps';

/** The products that enough customers bought, and each customer's runs of them: the entries [begins, ends) of one product. */
export interface FrequentProducts {
	/** Product numbers, by name. */
	readonly products: Uint32Array;
	/** Customer `c` has the runs `customers[c] .. customers[c + 1])`. */
	readonly customers: Uint32Array;
	/** Place of a run's product in `products`. */
	readonly ranks: Uint32Array;
	readonly begins: Uint32Array;
	readonly ends: Uint32Array;
}

export function frequentProducts({ names, offsets, products }: Steps, minCustomers: number): FrequentProducts {
	const buyers = new Uint32Array(names.length);
	let runs = 0;
	forEachRun(offsets, products, (product) => {
		buyers[product]++;
		runs++;
	});
	const frequent = Array.from(names.keys()).filter((product) => buyers[product] >= minCustomers);
	frequent.sort((a, b) => (names[a] < names[b] ? -1 : 1));
	const rankOf = new Int32Array(names.length).fill(-1);
	frequent.forEach((product, rank) => (rankOf[product] = rank));

	const customers = new Uint32Array(offsets.length);
	const [ranks, begins, ends] = [new Uint32Array(runs), new Uint32Array(runs), new Uint32Array(runs)];
	let kept = 0;
	let current = 0;
	forEachRun(offsets, products, (product, begin, end, customer) => {
		while (current < customer) customers[++current] = kept;
		if (rankOf[product] < 0) return;
		ranks[kept] = rankOf[product];
		begins[kept] = begin;
		ends[kept++] = end;
	});
	while (current < offsets.length - 1) customers[++current] = kept;
	return { products: Uint32Array.from(frequent), customers, ranks: ranks.slice(0, kept), begins: begins.slice(0, kept), ends: ends.slice(0, kept) };
}

function forEachRun(offsets: Uint32Array, products: Uint32Array, visit: (product: number, begin: number, end: number, customer: number) => void): void {
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let begin = offsets[customer]; begin < offsets[customer + 1]; ) {
			let end = begin + 1;
			while (end < offsets[customer + 1] && products[end] === products[begin]) end++;
			visit(products[begin], begin, end, customer);
			begin = end;
		}
	}
}
