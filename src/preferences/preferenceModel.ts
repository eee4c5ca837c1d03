import type { PreferenceFacts, PreferenceModel, Preferences } from './contract';
import { engagement, strength, viewsOf } from './engagement';
import { favouriteCategory } from './favouriteCategory';
import { CategoryPrices, pricePreference } from './pricePreference';
import { bestChannel, bestHour, byHour, responsesByChannel, responsesOf, sentOn } from './responses';

/** The name of the model in the table `model`. */
export const PREFERENCES = 'preferences';

interface Answered {
	responses: number;
	sent: number;
}

/** What was learned of some of the shop's customers. */
export interface LearnedOfSome {
	/** By category. */
	prices: ReadonlyMap<string, Float64Array>;
	strengths: Float64Array;
	/** Responses by hour. */
	hours: readonly number[];
	channels: ReadonlyMap<string, Answered>;
	views: boolean;
}

/** Learns of the shop, customers by customers, what a customer's preferences are measured against. */
export class PreferenceLearner {
	private readonly prices = new CategoryPrices();
	private readonly strengths: number[] = [];
	private readonly hours = new Array<number>(24).fill(0);
	private readonly channels = new Map<string, Answered>();
	private views = false;

	/** @param at the instant that is computed for, UTC milliseconds */
	constructor(private readonly at: number) {}

	add(facts: PreferenceFacts): void {
		this.prices.add(facts.lines);
		const own = strength(facts.deeds, this.at);
		if (own > 0) this.strengths.push(own);
		this.views ||= facts.deeds.some(({ view }) => view);
		const responses = responsesOf(facts.deeds);
		byHour(responses).forEach((count, hour) => (this.hours[hour] += count));
		const counts = responsesByChannel(responses);
		for (const channel of new Set([...counts.keys(), ...Object.keys(facts.sent)])) {
			const responses = counts.get(channel) ?? 0;
			this.count(channel, { responses, sent: Math.max(responses, sentOn(facts.sent, channel)) });
		}
	}

	/** What {@link take} needs of it; what a structured clone carries. */
	learnedOfSome(): LearnedOfSome {
		return { prices: this.prices.all(), strengths: Float64Array.from(this.strengths), hours: this.hours, channels: this.channels, views: this.views };
	}

	/** Adds what another one learned of other customers. */
	take({ prices, strengths, hours, channels, views }: LearnedOfSome): void {
		this.prices.take(prices);
		for (const strength of strengths) this.strengths.push(strength);
		hours.forEach((count, hour) => (this.hours[hour] += count));
		for (const [channel, counts] of channels) this.count(channel, counts);
		this.views ||= views;
	}

	private count(channel: string, { responses, sent }: Answered): void {
		const sum = this.channels.get(channel) ?? { responses: 0, sent: 0 };
		this.channels.set(channel, { responses: sum.responses + responses, sent: sum.sent + sent });
	}

	learned(): PreferenceModel {
		const sorted = Float64Array.from(this.strengths).sort();
		const responses = this.hours.reduce((sum, count) => sum + count, 0);
		return {
			prices: this.prices.learned(),
			typicalStrength: sorted.length === 0 ? null : sorted[sorted.length >> 1],
			views: this.views,
			// One response at any hour of the day is added, so that few say little.
			hours: responses === 0 ? null : this.hours.map((count) => (count + 1 / 24) / (responses + 1)),
			channels: Object.fromEntries([...this.channels].sort().map(([channel, { responses: answered, sent }]) => [channel, sent === 0 ? 0 : answered / sent])),
		};
	}
}

/** A customer's preferences (intelligence.md, "Price preference, favourite category, engagement"). @param at as the facts, UTC milliseconds */
export function preferencesOf(model: PreferenceModel, { lines, deeds, sent }: PreferenceFacts, at: number): Preferences {
	const responses = responsesOf(deeds);
	return {
		price_tier: pricePreference(model.prices, lines)?.tier ?? null,
		favourite_category: favouriteCategory(lines)?.category ?? null,
		engagement: engagement(deeds, at, model.typicalStrength),
		best_hour: bestHour(responses, model.hours),
		best_channel: bestChannel(responses, sent, model.channels)?.channel ?? null,
		views_30d: model.views ? viewsOf(deeds, at) : null,
	};
}
