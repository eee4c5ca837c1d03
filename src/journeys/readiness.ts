import { readyBy, type Ready, type ReadyEvent, type ReadyHistory, type ReadyOrder, type ReadyRule } from '../bundles/readiness';
import { readyPlans } from '../store/plans/readyPlans';
import type { Tx } from '../store/port';
import type { LiveJourney } from './react';
import type { JourneyEvent } from './rules';

const DAY_MS = 86_400_000;
/** Events longer ago than this make nobody ready. */
const LOOK_BACK_DAYS = 365;
/** Rules that look at orders; the others look at events of the journey's own type. */
const BY_ORDERS: ReadonlySet<ReadyRule['rule']> = new Set(['spend', 'orders', 'newCategory', 'moreOften']);

/** What the readiness rules of journeys look at, loaded once for all events of a transaction. */
export class ReadinessFacts {
	private constructor(
		private readonly events: ReadonlyMap<number, Map<string, ReadyEvent[]>>,
		private readonly orders: ReadonlyMap<number, ReadyOrder[]>,
	) {}

	/** @param wanted journeys that somebody may enter @param nowMs UTC milliseconds */
	static async load(tx: Tx, ids: readonly number[], wanted: readonly LiveJourney[], nowMs: number): Promise<ReadinessFacts> {
		const rules = wanted.flatMap(({ settings }) => (settings.entry.ready ? [{ rule: settings.entry.ready, type: settings.entry.eventType }] : []));
		if (rules.length === 0 || ids.length === 0) return new ReadinessFacts(new Map(), new Map());
		const byEvents = rules.filter(({ rule }) => !BY_ORDERS.has(rule.rule));
		const events = byEvents.length === 0 ? new Map<number, Map<string, ReadyEvent[]>>() : await eventsOf(tx, ids, [...new Set(byEvents.map(({ type }) => type))], nowMs);
		return new ReadinessFacts(events, byEvents.length === rules.length ? new Map() : await ordersOf(tx, ids));
	}

	/** Why the event makes the customer ready; undefined: it does not. */
	readyBy(rule: ReadyRule, customerId: number, event: JourneyEvent): Ready | undefined {
		const history: ReadyHistory = { events: this.events.get(customerId)?.get(event.type) ?? [], orders: this.orders.get(customerId) ?? [] };
		return readyBy(rule, event, history);
	}
}

async function eventsOf(tx: Tx, ids: readonly number[], types: string[], nowMs: number): Promise<Map<number, Map<string, ReadyEvent[]>>> {
	const found = new Map<number, Map<string, ReadyEvent[]>>();
	for (const row of await tx.all(readyPlans.events, { ids: [...ids], since: nowMs - LOOK_BACK_DAYS * DAY_MS, types })) {
		const mine = found.get(row.customer_id) ?? new Map<string, ReadyEvent[]>();
		found.set(row.customer_id, mine);
		const one = { at: row.occurred_at, eventId: row.event_id, properties: JSON.parse(row.properties) as Record<string, unknown> };
		const list = mine.get(row.type);
		if (list) list.push(one);
		else mine.set(row.type, [one]);
	}
	return found;
}

async function ordersOf(tx: Tx, ids: readonly number[]): Promise<Map<number, ReadyOrder[]>> {
	const found = new Map<number, Map<string, ReadyOrder & { categories: string[] }>>();
	for (const row of await tx.all(readyPlans.orders, { ids: [...ids] })) {
		const mine = found.get(row.customer_id) ?? new Map<string, ReadyOrder & { categories: string[] }>();
		found.set(row.customer_id, mine);
		const known = mine.get(row.order_id) ?? { orderId: row.order_id, at: row.ordered_at, paidE4: row.paid_e4, currency: row.currency, categories: [] };
		mine.set(row.order_id, known);
		if (row.category !== null && !known.categories.includes(row.category)) known.categories.push(row.category);
	}
	return new Map([...found].map(([id, orders]) => [id, [...orders.values()]]));
}
