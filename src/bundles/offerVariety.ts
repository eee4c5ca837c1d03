import type { Offer } from './recommend';

/** Each further offer of one category counts for so much of its value, so that a letter shows different things. */
const SAME_CATEGORY = 0.5;

/** List after list: one of a family, and of a category only as long as it is worth more than what is different. */
export function varied(lists: readonly (readonly Offer[])[], most: number): Offer[] {
	const variety = new Variety();
	const taken: Offer[] = [];
	for (const list of lists) {
		const left = [...list];
		while (taken.length < most && left.length > 0) {
			// What was drawn to learn from stands first whatever it is worth.
			const place = taken.length === 0 && left[0].explored ? 0 : variety.best(left);
			const [next] = left.splice(place, 1);
			if (variety.take(next)) taken.push(next);
		}
	}
	return taken;
}

/** What an answer holds already. */
class Variety {
	private readonly categories = new Map<string, number>();
	private readonly families = new Set<string>();

	best(offers: readonly Offer[]): number {
		let best = 0;
		for (let place = 1; place < offers.length; place++) if (this.worth(offers[place]) > this.worth(offers[best])) best = place;
		return best;
	}

	/** @returns false: something of its family is there */
	take({ product: { category, family } }: Offer): boolean {
		if (family !== null && this.families.has(family)) return false;
		if (family !== null) this.families.add(family);
		if (category !== null) this.categories.set(category, (this.categories.get(category) ?? 0) + 1);
		return true;
	}

	private worth({ product: { category }, rank }: Offer): number {
		return rank * SAME_CATEGORY ** (category === null ? 0 : (this.categories.get(category) ?? 0));
	}
}
