import type { ZoneClock } from '../policy/zoneClock';
import type { ProductRow } from '../store/plans/ingestPlans';

/** A product that the customer has, by its latest purchase. */
export interface Owned {
	/** UTC milliseconds */
	at: number;
	/** local day */
	day: number;
	/** Local day of the first purchase, and on how many orders it was bought. */
	firstDay: number;
	times: number;
	/** what was paid for one, in ten-thousandths; 0: unknown */
	priceE4: number;
}

/** The customer's purchase rhythm where it was computed (intelligence.md). Instants are UTC milliseconds. */
export interface SubjectRhythm {
	pattern: string | null;
	nextFrom: number | null;
	nextUntil: number | null;
	lastOrderAt: number | null;
}

/** Whom something is recommended to. */
export interface OfferSubject {
	/** Seeds the exploration. */
	key: string;
	owned: ReadonlyMap<string, Owned>;
	/** Given back, and not bought again since. */
	returned: ReadonlySet<string>;
	/** Offered or declined lately: UTC milliseconds until which it is not offered again. */
	restingUntil: ReadonlyMap<string, number>;
	/** Products that lie in the cart now; an offer then is for this cart. */
	cart: readonly string[];
	rhythm: SubjectRhythm | null;
	/** Where one stands out in what the customer spends on (docs/segments.md, "Preferences"). */
	favouriteCategory: string | null;
	clock: ZoneClock;
}

/** The products that a recommendation looks at. */
export interface Catalogue {
	product(id: string): ProductRow | undefined;
	/** All of a family that were loaded. */
	family(name: string): readonly ProductRow[];
	/** What came out to replace it. */
	successors(id: string): readonly ProductRow[];
}

/** The products of the order before, which offers go on from. */
export function lastBought({ owned }: OfferSubject): string[] {
	let last = Number.NEGATIVE_INFINITY;
	for (const { at } of owned.values()) last = Math.max(last, at);
	return [...owned].filter(([, { at }]) => at === last).map(([product]) => product);
}

/** What an offer builds on: the cart, else the last order. */
export function chosenOf(subject: OfferSubject): string[] {
	return subject.cart.length > 0 ? [...new Set(subject.cart)] : lastBought(subject);
}
