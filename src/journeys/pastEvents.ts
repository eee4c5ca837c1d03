import { eventPlans } from '../store/plans/ingestPlans';
import type { EnrolmentRow } from '../store/plans/enrolmentPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { matched } from './endWaits';
import type { JourneyEvent } from './rules';
import type { WaitSpec } from './waitSpec';

/** A wait that may have been ended by what is stored already. `row` and `spec` are changed in place. */
export interface Listening {
	row: WaitRow;
	spec: WaitSpec;
	enrolment: EnrolmentRow;
}

/**
 * Events already stored count like those to come (J08): oldest first, ties by arrival.
 * @param upTo the window also holds what happened before this instant: a wait that begins now, with no time at all, sees what has
 *   happened up to now
 */
export async function endByPastEvents(tx: Tx, waits: readonly Listening[], now: number, upTo = now + 1): Promise<void> {
	const listening = waits.flatMap((wait) => (wait.spec.kind === 'event' ? [{ wait, spec: wait.spec }] : []));
	if (listening.length === 0) return;
	const since = Math.min(...listening.map(({ spec }) => spec.since));
	const rows = await tx.all(eventPlans.since, { ids: [...new Set(listening.map(({ wait }) => wait.row.customer_id))], since });
	if (rows.length === 0) return;
	const events = new Map<number, JourneyEvent[]>();
	for (const row of rows) events.set(row.customer_id, [...(events.get(row.customer_id) ?? []), { type: row.type, at: row.occurred_at, properties: JSON.parse(row.properties) as Record<string, unknown>, eventId: row.event_id }]);
	for (const { wait, spec } of listening) {
		const entry = wait.enrolment.event ? (JSON.parse(wait.enrolment.event) as { properties: Record<string, unknown> }).properties : undefined;
		let looked: typeof spec = { ...spec, deadline: Math.max(spec.deadline, upTo) };
		for (const event of events.get(wait.row.customer_id) ?? []) looked = matched(looked, event, entry) ?? looked;
		if (looked.matchedAt === undefined) continue;
		wait.spec = { ...looked, deadline: spec.deadline };
		if (spec.pick !== 'best') wait.row.due_at = now;
	}
}
