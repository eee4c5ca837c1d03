import type { ItemAnswer } from '../customers/contract';
import type { CustomerRef } from '../customers/identity';
import type { CustomerView } from '../journeys/item';
import type { OfferModel } from './offerModel';
import type { OfferKind } from './offerSettings';
import type { OfferLanguage } from './offerWords';
import type { NothingWhy } from './recommend';

/** Inputs and outputs of the offer operations of src/operations.ts. Instants are UTC milliseconds. */

export interface RecommendItem {
	/** Whom to offer to; absent: a cart of nobody known. */
	ref?: CustomerRef;
	/** Product ids that lie in the cart. */
	cart?: string[];
	/** The same key again gets the same answer and is recorded once; absent: one answer per local day. */
	key?: string;
	/** The journey the customer is on. */
	journey?: string;
	/** The customer is in the journey's control group: the offer is noted as kept back. */
	held?: boolean;
}

export interface RecommendRequest {
	/** Raw: see offerSettings.ts. */
	settings: unknown;
	items: RecommendItem[];
	/** As of an instant; needs `dryRun`. */
	at?: number;
	/** Instead of the store's, such as one of that instant; needs `dryRun`. */
	model?: OfferModel;
	/** Records nothing. */
	dryRun: boolean;
}

/** A product as items and `--json` show it. */
export interface OfferedProduct {
	id: string;
	name: string;
	category: string | null;
	/** decimal string */
	price: string | null;
	currency: string | null;
}

export interface OfferView {
	product: OfferedProduct;
	kind: OfferKind;
	/** P(buy | offered) less P(buy anyway). */
	gain: number;
	/** Expected incremental margin, a decimal string in the product's currency. */
	value: string;
	readyFrom: number;
	/** The same as the customer's calendar shows it, YYYY-MM-DD: a wait until this date takes the time of day it is given. */
	readyOn: string;
	readyUntil: number | null;
	/** For the customer's letter, in the customer's language first. */
	reason: string;
	reasons: Record<OfferLanguage, string>;
	because: { by: string; product: { id: string; name: string } };
	explored: boolean;
}

export type RecommendedOffers =
	| { ready: 'now'; offers: OfferView[] }
	| { ready: 'later'; at: number; offers: OfferView[] }
	/** `words`: for the marketer. */
	| { ready: 'nothing'; why: NothingWhy; words: string };

export type RecommendAnswer = ItemAnswer<{
	customer: CustomerView | null;
	/** The customer is in a control group: nothing is to be shown. */
	held: boolean;
	recommended: RecommendedOffers;
}>;

/** How far offers reach over the catalogue, and how few products they come down to. */
export interface Spread {
	/** Offers counted. */
	offers: number;
	/** Different products among them. */
	products: number;
	/** Share of the products that may be offered. */
	coverage: number;
	/** Share of all offers that the most offered tenth of the offered products has: .1 where all are offered alike. */
	concentration: number;
}
