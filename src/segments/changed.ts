import { tellEvents, type OwnEvent } from '../ingest/tellEvents';
import { SEGMENT_ENTERED, SEGMENT_LEFT } from '../journeys/ownEventTypes';
import type { CustomerRow } from '../store/plans/customerPlans';
import { memberPlans, type SegmentWatchRow } from '../store/plans/memberPlans';
import type { Tx } from '../store/port';
import { loadCustomers } from '../customers/locking';
import { membersAmong } from './evaluate';
import { Question } from './question';
import { definitionText, type Definition } from './savedSegments';
import { attemptDefinition } from './watch';

const SOURCE = 'customer-journeys';

/** Who came and who went. */
export interface Difference {
	entered: number[];
	left: number[];
}

/**
 * After something of customers changed, in the transaction that changed it: whoever came into a segment that journeys listen
 * to, or left one, is noted, and the event `segment_entered` or `segment_left` is told. The customers are locked by the caller,
 * and everything else of the change is written.
 * @param history what is filled in tells nobody (journeys.md section 10)
 */
export async function segmentsChanged(tx: Tx, customerIds: Iterable<number>, now: number, history: boolean): Promise<void> {
	const ids = [...new Set(customerIds)].sort((a, b) => a - b);
	if (ids.length === 0) return;
	for (const watch of await tx.shopRows(memberPlans.watches, {})) {
		const definition = await attemptDefinition(tx, watch.name);
		// A definition that was changed gets its baseline from the loop that looks after it (sweep.ts).
		if (!definition || (await definitionText(tx, definition)) !== watch.definition) continue;
		await note(tx, watch, definition, isFilled(watch) ? ids : ids.filter((id) => id <= watch.filled_to), { now, silent: history });
	}
}

/** Looks at customers and writes what is different from before. @param silent no event is told */
export async function note(tx: Tx, watch: SegmentWatchRow, definition: Definition, ids: readonly number[], { now, silent }: { now: number; silent: boolean }): Promise<Difference> {
	if (ids.length === 0) return { entered: [], left: [] };
	const customers = await loadCustomers(tx, ids);
	const { entered, left } = await differenceOf(tx, watch.name, definition, [...customers.values()], now);
	await tx.each(memberPlans.remove, left.map((customer_id) => ({ name: watch.name, customer_id })));
	await tx.each(memberPlans.add, entered.map((customer_id) => ({ name: watch.name, customer_id, since: now })));
	if (!silent) await tell(tx, watch.name, { entered, left }, customers, now);
	return { entered, left };
}

/** What the rules say of customers against what was noted of them. Nobody who is gone is in a segment. */
export async function differenceOf(tx: Tx, name: string, definition: Definition, customers: readonly CustomerRow[], now: number): Promise<Difference> {
	const standing = customers.filter((row) => row.erased_at === null).map(({ id }) => id);
	const inside = await membersAmong(await Question.of(tx, now, definition, new Map(customers.map((row) => [row.id, row]))), definition.rules, standing);
	const known = new Set((await tx.all(memberPlans.ofCustomers, { name, ids: customers.map(({ id }) => id) })).map(({ customer_id }) => customer_id));
	return { entered: standing.filter((id) => inside.has(id) && !known.has(id)), left: [...known].filter((id) => !inside.has(id)).sort((a, b) => a - b) };
}

async function tell(tx: Tx, segment: string, { entered, left }: Difference, customers: ReadonlyMap<number, CustomerRow>, now: number): Promise<void> {
	const eventOf = (type: string) => (customerId: number, index: number): OwnEvent => ({ index, order: 0, customerId, source: SOURCE, eventId: `${type}/${segment}/${customerId}/${now}`, type, at: now, properties: { segment } });
	const events = [...left.map(eventOf(SEGMENT_LEFT)), ...entered.map(eventOf(SEGMENT_ENTERED))];
	if (events.length > 0) await tellEvents(tx, events, customers, now, false);
}

const isFilled = (watch: SegmentWatchRow) => watch.filled === 1;

/** Whoever is gone is in no segment. */
export async function forgetMembership(tx: Tx, customerId: number): Promise<void> {
	await tx.run(memberPlans.forget, { customer_id: customerId });
}
