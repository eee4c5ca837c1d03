import type { Links, OfferIndex } from './offerIndex';
import { lastBought, type OfferSubject } from './offerSubject';

/** Why something is offered, with the product that the reason goes back to. */
export interface Because {
	by: 'together' | 'later' | 'again' | 'likely' | 'tier' | 'successor' | 'lifetime';
	product: string;
	/** local day of its purchase; null: it lies in the cart */
	day: number | null;
}

/** A product that might be offered, before anything is known of the product itself. */
export interface Candidate {
	product: string;
	/** P(buys | offered) as far as the links tell. */
	chance: number;
	/** The part of it that the offer adds. */
	gain: number;
	/** Local days on which the customer is ready, both included. */
	fromDay: number;
	untilDay: number;
	because: Because;
}

/** What was bought with the last order goes with it for so long. */
const TOGETHER_DAYS = 14;
/** A cart is still one for so long. */
const CART_DAYS = 3;
/** Further ones add nothing that anybody would see. */
const MOST = 120;

/**
 * What links lead to from the cart, the last order and everything owned, with the window of each (intelligence.md,
 * "Readiness moments": P25 to P75 after the product that leads to it). Windows that have closed lead to nothing.
 * @param today local day
 * @param horizonDays a window that opens later is left out
 * @returns the strongest first; of each product the links whose window is open together, else the one that opens first
 */
export function linkedCandidates(index: OfferIndex, subject: OfferSubject, today: number, horizonDays: number): Candidate[] {
	const found = new Gathering(index, today, today + horizonDays);
	for (const product of new Set(subject.cart)) found.add(index.together, product, null, () => [today, today + CART_DAYS]);
	if (subject.cart.length === 0) {
		for (const product of lastBought(subject)) {
			const { day } = subject.owned.get(product) as { day: number };
			found.add(index.together, product, day, () => [day, day + TOGETHER_DAYS]);
		}
	}
	for (const [product, { day }] of subject.owned) found.add(index.later, product, day, (link) => [day + index.later.p25[link], day + index.later.p75[link]]);
	return found.finish();
}

class Gathering {
	private readonly byProduct = new Map<number, Candidate>();

	constructor(
		private readonly index: OfferIndex,
		private readonly today: number,
		private readonly lastDay: number,
	) {}

	add(links: Links, product: string, day: number | null, windowOf: (link: number) => [from: number, until: number]): void {
		const number = this.index.numberOf(product);
		if (number === undefined) return;
		for (let link = links.offsets[number]; link < links.offsets[number + 1]; link++) {
			const [fromDay, untilDay] = windowOf(link);
			if (untilDay < this.today || fromDay > this.lastDay) continue;
			this.offer(links.to[link], { chance: links.confidence[link], gain: links.gain[link], fromDay, untilDay, because: { by: links === this.index.later ? 'later' : 'together', product, day } });
		}
	}

	private offer(to: number, one: Omit<Candidate, 'product'>): void {
		const before = this.byProduct.get(to);
		const isOpen = one.fromDay <= this.today;
		if (!before) this.byProduct.set(to, { product: this.index.products[to], ...one });
		else if (isOpen && before.fromDay <= this.today) unite(before, one);
		else if (isOpen || (before.fromDay > this.today && (one.fromDay < before.fromDay || (one.fromDay === before.fromDay && one.gain > before.gain)))) Object.assign(before, one);
	}

	finish(): Candidate[] {
		return [...this.byProduct.values()].sort((a, b) => b.gain - a.gain || (a.product < b.product ? -1 : 1)).slice(0, MOST);
	}
}

/** Two open reasons for one product: either may be the one that counts. The stronger gives the words and the window. */
function unite(before: Candidate, one: Omit<Candidate, 'product'>): void {
	const chance = 1 - (1 - before.chance) * (1 - one.chance);
	const gain = 1 - (1 - before.gain) * (1 - one.gain);
	if (one.gain > before.gain) Object.assign(before, one);
	Object.assign(before, { chance, gain });
}
