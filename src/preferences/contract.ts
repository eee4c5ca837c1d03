/** A line of an order, in the shop's main currency, with what was given back taken off. */
export interface PurchaseLine {
	/** Tells the customer's orders apart. */
	order: number;
	/** null: the shop says none */
	category: string | null;
	/** Of a piece; null where it is not known. Ten-thousandths. */
	priceE4: number | null;
	/** Ten-thousandths. */
	spentE4: number;
}

export type Signal = 'opened' | 'clicked' | 'visited';

/** Something a customer did with a message or in the shop. */
export interface Deed {
	signal: Signal;
	/** UTC milliseconds */
	at: number;
	/** Days since 1970-01-01 where the customer lives. */
	day: number;
	/** Hour of the day there, 0 to 23. */
	hour: number;
	/** Looked at a page or a product. */
	view: boolean;
	/** Of a message. */
	channel: string | null;
	/** Tells the customer's messages apart: several responses to one are one. */
	message: number | null;
}

/** What a customer's preferences are read from. Nothing in it is after the instant. */
export interface PreferenceFacts {
	customer: number;
	/** Of the last {@link PURCHASES_DAYS}. */
	lines: PurchaseLine[];
	/** Of the last {@link DEEDS_DAYS}. */
	deeds: Deed[];
	/** Messages sent in the same time, by channel. */
	sent: Record<string, number>;
}

/** Tastes change: what was bought longer ago is left out. */
export const PURCHASES_DAYS = 730;
/** Six half-lives: of what is older a sixty-fourth would be left. */
export const DEEDS_DAYS = 180;
export const VIEWS_DAYS = 30;
export const DAY_MS = 86_400_000;

/** What was learned of the shop. Plain JSON. */
export interface PreferenceModel {
	/** Of each category with prices to compare, prices at even shares of its lines, ascending. Ten-thousandths. */
	prices: Record<string, number[]>;
	/** Strength of the middle one of those who did anything at all; null: nobody did. */
	typicalStrength: number | null;
	/** The shop tells of views. */
	views: boolean;
	/** Share of responses in each hour, 24 of them; null: nobody responded. */
	hours: number[] | null;
	/** Share of the messages of a channel that were opened or clicked. */
	channels: Record<string, number>;
}

/** The columns of the table `feature` that preferences fill in; nobody else writes them. */
export interface Preferences {
	price_tier: PriceTier | null;
	favourite_category: string | null;
	/** 0 to 1; 0.5 is the shop's typical active customer. */
	engagement: number | null;
	/** Local hour of the customer, 0 to 23. */
	best_hour: number | null;
	best_channel: string | null;
	views_30d: number | null;
}

export const PRICE_TIERS = ['low', 'middle', 'high'] as const;
export type PriceTier = (typeof PRICE_TIERS)[number];
