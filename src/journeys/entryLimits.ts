import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import type { Tx } from '../store/port';
import type { LiveJourney } from './react';
import { OPEN, type JourneySlice } from './slice';

const HOUR_MS = 3_600_000;

/**
 * How many customers may still enter (journeys.md section 2): an hourly limit of the journey itself, and a limit to the
 * journeys that one customer is in at once, where journeys of a lower priority keep nobody out.
 */
export class EntryLimits {
	private constructor(
		private readonly priorities: ReadonlyMap<string, number>,
		private readonly left: Map<string, number>,
	) {}

	/** @param wanted journeys that somebody may enter in this transaction; their customers are locked by the caller */
	static async load(tx: Tx, journeys: readonly LiveJourney[], wanted: readonly LiveJourney[], nowMs: number): Promise<EntryLimits> {
		const left = new Map<string, number>();
		// In one order everywhere, so that two workers never wait for each other.
		const limited = wanted.filter(({ settings }) => settings.entriesPerHour !== undefined).sort((a, b) => (a.settings.key < b.settings.key ? -1 : 1));
		for (const { settings } of limited) {
			const limit = settings.entriesPerHour as number;
			await tx.first(enrolmentPlans.lockEntries, { journey_key: settings.key });
			const row = await tx.first(enrolmentPlans.enteredSince, { journey_key: settings.key, since: nowMs - HOUR_MS, limit });
			left.set(settings.key, limit - (row?.entries ?? 0));
		}
		return new EntryLimits(new Map(journeys.map(({ settings }) => [settings.key, settings.priority])), left);
	}

	/** Why nobody, or not this customer, may enter now; undefined when they may. */
	refusal({ settings }: LiveJourney, customerId: number, slice: JourneySlice): string | undefined {
		if ((this.left.get(settings.key) ?? 1) <= 0) return `cap: ${settings.entriesPerHour} entries an hour`;
		if (settings.atMostJourneys === undefined) return undefined;
		const others = new Set<string>();
		for (const one of slice.enrolments) {
			if (one.customer_id === customerId && one.journey_key !== settings.key && OPEN.has(one.status) && (this.priorities.get(one.journey_key) ?? -1) >= settings.priority) others.add(one.journey_key);
		}
		return others.size >= settings.atMostJourneys ? `cap: in ${others.size} other journeys` : undefined;
	}

	/** Whether the hourly limit is reached. */
	isFull({ settings }: LiveJourney): boolean {
		return (this.left.get(settings.key) ?? 1) <= 0;
	}

	entered({ settings }: LiveJourney): void {
		const left = this.left.get(settings.key);
		if (left !== undefined) this.left.set(settings.key, left - 1);
	}
}
