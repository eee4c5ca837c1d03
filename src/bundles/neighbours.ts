import { grown } from '../core/grown';
import { frequentProducts } from './frequentProducts';
import type { Steps } from './steps';

/** Products that are linked with each product: those of product `p` stand at `offsets[p] .. offsets[p + 1])`, the strongest first. */
export interface Neighbours {
	readonly offsets: Uint32Array;
	readonly to: Uint32Array;
	/** Strength by the customers who bought both, whenever. */
	readonly byCustomer: Float32Array;
	/** Strength by the days on which a customer bought both. */
	readonly byDay: Float32Array;
}

/** Neighbours of one product that are kept, at most. */
const KEPT = 60;
/** In all: they are kept as text, and so many are some MiB. In a large catalogue each product keeps its strongest: with eight in place of sixty, no fewer offers are bought on Complete Journey. */
const KEPT_IN_ALL = 400_000;
/** Of a customer with more products, the latest count: a reseller's way through the whole catalogue links everything. */
const MOST_OF_CUSTOMER = 400;
/** How much the popularity of the one and of the other product counts against a link; cosine would be .5 and .5. */
const FROM_POWER = 0.3;
const TO_POWER = 0.5;
/** Drawn to nothing where few are counted. */
const SHRINK = 5;

/**
 * How strongly products are linked in the customers' ways: the times both were bought, against how often each was, so that
 * bestsellers are not everybody's neighbours. One common customer or day is none.
 */
export function neighboursOf(steps: Steps, kept = KEPT, keptInAll = KEPT_IN_ALL): Neighbours {
	const { products, customers, ranks, begins, ends } = frequentProducts(steps, 2);
	const latest = latestRuns(steps, customers, begins, ends);
	const size = products.length;
	const boughtBy = new Uint32Array(size);
	const boughtOn = new Uint32Array(size);
	for (const run of latest.runs) {
		boughtBy[ranks[run]]++;
		boughtOn[ranks[run]] += ends[run] - begins[run];
	}
	const occurrences = byRank(latest, ranks, size);
	const found = new Rows(steps.names.length);
	const together = new Uint32Array(size);
	const sameDay = new Uint32Array(size);
	const touched = new Uint32Array(size);
	const [byCustomer, byDay, sums] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
	const rankOf = new Int32Array(steps.names.length).fill(-1);
	products.forEach((product, rank) => (rankOf[product] = rank));
	for (const rank of rankOf) {
		let different = 0;
		for (let at = occurrences.offsets[rank] ?? 0; rank >= 0 && at < occurrences.offsets[rank + 1]; at++) {
			const customer = occurrences.customers[at];
			const own = occurrences.runs[at];
			for (let place = latest.offsets[customer]; place < latest.offsets[customer + 1]; place++) {
				const other = latest.runs[place];
				if (other === own) continue;
				const to = ranks[other];
				if (together[to]++ === 0) touched[different++] = to;
				sameDay[to] += commonDays(steps.days, begins[own], ends[own], begins[other], ends[other]);
			}
		}
		for (let index = 0; index < different; index++) {
			const to = touched[index];
			byCustomer[index] = strength(together[to], boughtBy[rank], boughtBy[to]);
			byDay[index] = strength(sameDay[to], boughtOn[rank], boughtOn[to]);
			sums[index] = byCustomer[index] > 0 ? byCustomer[index] + byDay[index] : 0;
			together[to] = sameDay[to] = 0;
		}
		// Of thousands some are kept: only those are sorted with all they are sorted by.
		const least = different > kept ? sums.slice(0, different).sort()[different - kept] : 0;
		const row: Neighbour[] = [];
		for (let index = 0; index < different; index++) {
			if (byCustomer[index] > 0 && sums[index] >= least) row.push({ to: products[touched[index]], byCustomer: byCustomer[index], byDay: byDay[index] });
		}
		found.add(row.sort((a, b) => b.byCustomer + b.byDay - a.byCustomer - a.byDay || a.to - b.to).slice(0, kept));
	}
	return withRoomFor(found.finish(), kept, keptInAll);
}

interface Neighbour {
	to: number;
	byCustomer: number;
	byDay: number;
}

function strength(both: number, one: number, other: number): number {
	return both < 2 ? 0 : (both - 1) / ((one + SHRINK) ** FROM_POWER * (other + SHRINK) ** TO_POWER);
}

/** Runs of each customer, of those with very many the ones bought last. */
function latestRuns({ days }: Steps, customers: Uint32Array, begins: Uint32Array, ends: Uint32Array): { offsets: Uint32Array; runs: Uint32Array } {
	const offsets = new Uint32Array(customers.length);
	const runs = new Uint32Array(begins.length);
	let length = 0;
	for (let customer = 0; customer + 1 < customers.length; customer++) {
		let own = Uint32Array.from({ length: customers[customer + 1] - customers[customer] }, (_, place) => customers[customer] + place);
		if (own.length > MOST_OF_CUSTOMER) own = own.sort((a, b) => days[ends[b] - 1] - days[ends[a] - 1] || a - b).slice(0, MOST_OF_CUSTOMER);
		runs.set(own, length);
		offsets[customer + 1] = length += own.length;
	}
	return { offsets, runs: runs.slice(0, length) };
}

/** The same runs, by product. */
function byRank({ offsets, runs }: { offsets: Uint32Array; runs: Uint32Array }, ranks: Uint32Array, size: number) {
	const starts = new Uint32Array(size + 1);
	for (const run of runs) starts[ranks[run] + 1]++;
	for (let rank = 0; rank < size; rank++) starts[rank + 1] += starts[rank];
	const next = starts.slice();
	const customers = new Uint32Array(runs.length);
	const ordered = new Uint32Array(runs.length);
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let place = offsets[customer]; place < offsets[customer + 1]; place++) {
			const at = next[ranks[runs[place]]]++;
			customers[at] = customer;
			ordered[at] = runs[place];
		}
	}
	return { offsets: starts, customers, runs: ordered };
}

function commonDays(days: Int32Array, from: number, to: number, otherFrom: number, otherTo: number): number {
	let common = 0;
	for (let one = from, other = otherFrom; one < to && other < otherTo; ) {
		if (days[one] === days[other]) {
			common++;
			one++;
			other++;
		} else if (days[one] < days[other]) one++;
		else other++;
	}
	return common;
}

/** Gathers the rows of all products. */
class Rows {
	private readonly offsets: Uint32Array;
	private to = new Uint32Array(1024);
	private byCustomer = new Float32Array(1024);
	private byDay = new Float32Array(1024);
	private length = 0;
	private product = 0;

	constructor(products: number) {
		this.offsets = new Uint32Array(products + 1);
	}

	add(row: readonly Neighbour[]): void {
		if (this.length + row.length > this.to.length) {
			const room = this.length + row.length;
			this.to = grown(this.to, room);
			this.byCustomer = grown(this.byCustomer, room);
			this.byDay = grown(this.byDay, room);
		}
		for (const { to, byCustomer, byDay } of row) {
			this.to[this.length] = to;
			this.byCustomer[this.length] = byCustomer;
			this.byDay[this.length++] = byDay;
		}
		this.offsets[++this.product] = this.length;
	}

	finish(): Neighbours {
		return { offsets: this.offsets, to: this.to.slice(0, this.length), byCustomer: this.byCustomer.slice(0, this.length), byDay: this.byDay.slice(0, this.length) };
	}
}

/** Leaves each product its strongest, as many as can be with no more than `inAll` together. */
function withRoomFor(rows: Neighbours, most: number, inAll: number): Neighbours {
	if (rows.to.length <= inAll) return rows;
	const { offsets } = rows;
	const lengthOf = (product: number, each: number) => Math.min(each, offsets[product + 1] - offsets[product]);
	const sizeOf = (each: number) => offsets.reduce((sum, _, product) => sum + (product + 1 < offsets.length ? lengthOf(product, each) : 0), 0);
	let each = most;
	while (each > 0 && sizeOf(each) > inAll) each--;
	const places = new Uint32Array(sizeOf(each));
	const cut = new Uint32Array(offsets.length);
	for (let product = 0; product + 1 < offsets.length; product++) {
		cut[product + 1] = cut[product] + lengthOf(product, each);
		for (let place = 0; place < cut[product + 1] - cut[product]; place++) places[cut[product] + place] = offsets[product] + place;
	}
	return { offsets: cut, to: places.map((place) => rows.to[place]), byCustomer: Float32Array.from(places, (place) => rows.byCustomer[place]), byDay: Float32Array.from(places, (place) => rows.byDay[place]) };
}
