import type { ZoneClock } from '../policy/zoneClock';
import type { Weighing } from '../rhythm/weighing';
import { ofPlaces, type OrderDays } from './orderDays';

/** Who has more orders than this is brought up to date by the next refresh: reading them all at once would hold up everybody. */
export const MOST_ORDERS_AT_ONCE = 5_000;

/** The instant that figures are computed for. */
export interface AsOf {
	/** UTC milliseconds */
	readonly at: number;
	/** Its local day since 1970-01-01 in the shop's zone. */
	readonly day: number;
	/** The shop's zone. */
	readonly zone: ZoneClock;
}

export function asOf(at: number, zone: ZoneClock): AsOf {
	return { at, day: zone.localDay(at), zone };
}

/** What is known of a shop at an instant. */
export interface ShopHistory {
	/** Nothing in it is after the instant. */
	readonly orders: OrderDays;
	/** Of the amounts; null in a shop without orders. */
	readonly currency: string | null;
	/** UTC milliseconds since when a customer is known, by place. */
	readonly since?: Float64Array;
	/** Only where the catalogue says of a product what is left of it. */
	readonly margins?: CustomerMargins;
	/** Only where customers' views of products are told. */
	readonly weighing?: Weighing;
}

/** What is left of customers' revenue, by place, in ten-thousandths; that of the last year is part of the whole. */
export interface CustomerMargins {
	/** Share that is left of revenue of which the catalogue does not say it. */
	readonly elsewhere: number;
	/** Revenue of goods of which it does, and what is left of that. */
	readonly knownE4: Float64Array;
	readonly marginE4: Float64Array;
	readonly yearKnownE4: Float64Array;
	readonly yearMarginE4: Float64Array;
}

/** The history of the customers at [first, end); shares the memory. */
export function partOfHistory({ orders, currency, since, margins, weighing }: ShopHistory, first: number, end: number): ShopHistory {
	return {
		orders: ofPlaces(orders, first, end),
		currency,
		since: since?.subarray(first, end),
		margins: margins && { elsewhere: margins.elsewhere, knownE4: margins.knownE4.subarray(first, end), marginE4: margins.marginE4.subarray(first, end), yearKnownE4: margins.yearKnownE4.subarray(first, end), yearMarginE4: margins.yearMarginE4.subarray(first, end) },
		weighing: weighing && { seen: weighing.seen.subarray(first, end), weighed: weighing.weighed.subarray(first, end) },
	};
}

/** A figure of every customer: numbers, of which NaN says that there is none. */
export interface NumberColumn {
	readonly numbers: Float64Array;
}

/** A word for every customer: the place in `labels`, of which 0 says that there is none. */
export interface LabelColumn {
	/** At place 0 null. */
	readonly labels: readonly (string | null)[];
	readonly codes: Uint8Array | Uint16Array | Uint32Array;
}

export type Column = NumberColumn | LabelColumn;

/** By the names of the table `feature`; one place per customer of the history. */
export type Columns<Name extends FeatureName = FeatureName> = { readonly [K in Name]: Column };

/**
 * Figures that are computed together. `fit` learns from the whole shop what `apply` needs to know of it; the model is plain
 * JSON and small. A bulk refresh fits and applies to all; an order applies the stored model to a history of one customer: both
 * ways are the same code. Neither knows a store or a clock, and nothing in the history is after the instant.
 */
export interface FeatureFamily<Model extends object, Settings extends object, Name extends FeatureName = FeatureName> {
	/** Its name in the table `model`. */
	readonly name: string;
	/** Settings it goes by where a shop has chosen no others; what they may be is said in familySettings.ts. */
	readonly defaults: Settings;
	/** Columns of the table `feature` that it fills in. */
	readonly columns: readonly Name[];
	fit(history: ShopHistory, asOf: AsOf, settings: Settings): Model;
	/** The same, of a shop whose customers lie in parts; `fit` is these rounds with the whole shop as the only part (rounds.ts). */
	readonly rounds: readonly Round<Model, Settings>[];
	/**
	 * In which of several ways its figures are computed, where that is not a matter of settings: fixed values instead of fifths, another currency.
	 * Another way is another definition.
	 */
	way?(model: Model): string;
	/** Learning takes so long that another thread had better do it. */
	readonly learnsLong?: boolean;
	/** Computes ahead what both learning and applying ask for, as soon as a part's history has been made and still lies near the processor. */
	prepare?(history: ShopHistory, asOf: AsOf, settings: Settings): void;
	apply(model: Model, history: ShopHistory, asOf: AsOf, settings: Settings): Columns<Name>;
	/** Why the figures of the customer at a place are what they are, in words for a person. */
	explain?(model: Model, history: ShopHistory, place: number, asOf: AsOf, settings: Settings): string;
}

/** What the parts of a shop are parts of. */
export interface Whole {
	/** All customers there are. */
	readonly customers: number;
	/** Of the amounts; null in a shop without orders. */
	readonly currency: string | null;
	/** Share that is left of revenue of which the catalogue does not say it; null: it says nothing at all. */
	readonly marginElsewhere: number | null;
}

/**
 * A round of learning: every part of the shop, in whatever thread it lies, is asked for what has to be known of it, and what the
 * parts say is put together in the order of customers' numbers. It makes no difference how the shop is parted.
 */
export interface Round<Model extends object, Settings extends object> {
	/** @param before what the round before has learned @returns plain values and typed arrays; what a structured clone carries */
	gather(part: ShopHistory, asOf: AsOf, settings: Settings, whole: Whole, before?: Model): object;
	/** @param gathered by part, in the order of customers' numbers */
	learn(gathered: readonly object[], asOf: AsOf, settings: Settings, whole: Whole, before?: Model): Model;
}

/** A row of the table `feature`: instants in UTC milliseconds, money in ten-thousandths of the shop's main currency. */
export interface FeatureRow {
	customer_id: number;
	/** When a figure of the row last changed. */
	as_of: number | null;
	orders: number | null;
	/** Days with an order. */
	order_days: number | null;
	first_order_at: number | null;
	last_order_at: number | null;
	/** Orders in the window of RFM. */
	window_orders: number | null;
	/** Net revenue in the window of RFM. */
	revenue_e4: number | null;
	/** 1 to 5; 5 is best. */
	r: number | null;
	f: number | null;
	m: number | null;
	rfm_group: string | null;
	rhythm: string | null;
	expected_gap_days: number | null;
	next_at: number | null;
	next_from: number | null;
	next_until: number | null;
	/** Probability. */
	no_return: number | null;
	stage: string | null;
	stage_since: number | null;
	/** The stage that time alone has brought and that has not held long enough to be told. */
	stage_pending: string | null;
	stage_pending_since: number | null;
	/** The next instant at which time alone may change the stage. */
	stage_check_at: number | null;
	vip: number | null;
	/** Probability. */
	p_alive: number | null;
	/** In a year. */
	expected_orders: number | null;
	ltv_e4: number | null;
	value_tier: string | null;
	/** Of twelve months. */
	margin_e4: number | null;
	price_tier: string | null;
	favourite_category: string | null;
	engagement: number | null;
	/** Local hour, 0 to 23. */
	best_hour: number | null;
	best_channel: string | null;
	views_30d: number | null;
}

export type FeatureName = Exclude<keyof FeatureRow, 'customer_id' | 'as_of'>;
