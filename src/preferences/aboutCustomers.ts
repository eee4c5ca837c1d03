import { ZoneClock } from '../policy/zoneClock';
import type { SentRow } from '../store/plans/preferencePlans';
import type { About } from './factsOfColumns';

/** What columns do not say of customers who did something. */
export interface AboutCustomers {
	/** Zones of the customers that were asked for, in their order: places in `names`. */
	zones: { names: string[]; places: Uint16Array };
	sent: SentRow[];
}

/** @param active as it was asked with */
export function aboutOf(active: readonly number[], { zones, sent }: AboutCustomers): About {
	const clocks = zones.names.map((name) => ZoneClock.of(name) ?? (ZoneClock.of('UTC') as ZoneClock));
	const clockOf = new Map(active.map((id, place) => [id, clocks[zones.places[place]]]));
	const sentTo = new Map<number, Record<string, number>>();
	for (const { customer_id, channel, messages } of sent) {
		const one = sentTo.get(customer_id) ?? (Object.create(null) as Record<string, number>);
		one[channel] = messages;
		sentTo.set(customer_id, one);
	}
	return { clockOf: (customer) => clockOf.get(customer) as ZoneClock, sentTo: (customer) => sentTo.get(customer) };
}
