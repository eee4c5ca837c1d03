import { loadCustomers } from '../customers/locking';
import type { FigureChange, FigureWatcher } from '../features/watchers';
import { tellEvents, type OwnEvent } from '../ingest/tellEvents';
import { STAGE_CHANGED, VIP_CHANGED } from '../journeys/ownEventTypes';
import { lifecycle } from './lifecycle';
import { STAGES, type Stage } from './stages';

const SOURCE = 'customer-journeys';

/**
 * Makes an event of every change of stage, in the transaction that writes it, so that journeys hear of each exactly once. First
 * computations and changed definitions set a baseline and tell nothing (journeys.md section 10); nor does a stage that only
 * what the shop taught has moved back, without an order. Becoming a VIP, or ceasing to be one, is an event too.
 */
export const tellStages: FigureWatcher = async (tx, changes, { cause, baseline, now, customers: known }) => {
	if (cause === 'silent' || cause === 'history' || baseline.has(lifecycle.name)) return;
	const told = changes.flatMap((change) => {
		const from = stageBefore(change, cause === 'data');
		const to = change.after.stage as Stage | null;
		if (from === null || to === null || from === to || (cause !== 'data' && !isLater(from, to))) return [];
		return [{ ...change, from, to }];
	});
	const vips = changes.filter(({ before, after }) => before !== undefined && before.vip !== null && after.vip !== null && before.vip !== after.vip);
	if (told.length + vips.length === 0) return;
	const customers = new Map(known ?? (await loadCustomers(tx, [...told, ...vips].map(({ after }) => after.customer_id))));
	for (const { after } of changes) {
		const row = customers.get(after.customer_id);
		// What journeys ask of the customer is what has just become of the customer.
		if (row) customers.set(row.id, { ...row, stage: after.stage, vip: after.vip ?? 0 });
	}
	const event = (index: number, { after }: FigureChange, type: string, name: string, properties: Record<string, unknown>): OwnEvent => ({ index, order: 0, customerId: after.customer_id, source: SOURCE, eventId: `${name}/${now}`, type, at: now, properties });
	const events = [
		...told.map((one, index) => event(index, one, STAGE_CHANGED, `stage/${one.after.customer_id}/${one.from}/${one.to}`, { from: one.from, to: one.to, since: one.after.stage_since === null ? null : new Date(one.after.stage_since).toISOString() })),
		...vips.map((one, place) => event(told.length + place, one, VIP_CHANGED, `vip/${one.after.customer_id}/${one.after.vip}`, { vip: one.after.vip === 1 })),
	];
	await tellEvents(tx, events, customers, now, false);
};

/** Of whom nothing was computed yet, it is known what they were before the very first order. */
function stageBefore({ before, after }: FigureChange, byData: boolean): Stage | null {
	if (before && before.stage !== null) return before.stage as Stage;
	return byData && after.stage === 'new' && after.stage_since === after.last_order_at ? 'lead' : null;
}

/** What time makes of a customer: from any kept stage to due, dormant, churned. */
function isLater(from: Stage, to: Stage): boolean {
	return STAGES.indexOf(to) > STAGES.indexOf(from) && STAGES.indexOf(to) >= STAGES.indexOf('due');
}
