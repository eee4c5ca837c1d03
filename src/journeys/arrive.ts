import { attempt, type Attempt } from '../core/attempt';
import type { CustomerRow } from '../store/plans/customerPlans';
import { arrivalPlan, enrolmentPlans, type EnrolmentRow, type HistoryRow } from '../store/plans/enrolmentPlans';
import { registryPlans } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import { endWaiting } from './endWaiting';
import type { JourneyPlace } from './item';
import { liveJourneys } from './liveJourneys';
import { enrolmentId, lockEnrolments } from './place';
import { FEWEST_MAX_VISITS } from './settings';
import { OPEN } from './slice';

/** A customer who comes to a step on the canvas. */
export type Arrival =
	| { state: 'new'; enrolment: EnrolmentRow; customer: CustomerRow; visit: number }
	/** The same arrival came before: an execution ran again. `parked`: this step or a later one has the customer already. */
	| { state: 'before'; enrolment: EnrolmentRow; customer: CustomerRow; visit: number; parked: boolean }
	| { state: 'ended'; reason: string }
	| { state: 'error'; error: unknown };

/**
 * Receives customers at a step: gives each arrival its visit number, once, however often the execution that brings them
 * is repeated (J34, J38). An arrival is told by enrolment, step, and the visit it comes from.
 * Locks the customers; changes `visit` and `step_key` of the enrolments it counts up in memory. The caller saves them
 * (`arrivedEnrolments`), with what it changes itself.
 */
export async function arrive(tx: Tx, stepKey: string, places: readonly JourneyPlace[], now: () => Promise<number>): Promise<Arrival[]> {
	const ids = places.map((place) => attempt(() => enrolmentId(tx, place.enrolment)));
	const { enrolments, customers } = await lockEnrolments(tx, ids.flatMap((id) => (id.ok ? [id.value] : [])));
	const known = await arrivals(tx, stepKey, places, ids);
	const movedOn = await parkedAfter(tx, [...known.values()].map((row) => row.enrolment_id));
	const instant = await now();
	const mostVisits = await visitLimits(tx, enrolments, instant);
	const history: HistoryRow[] = [];
	const again: HistoryRow[] = [];
	const inCircles: EnrolmentRow[] = [];
	const result = places.map((place, index): Arrival => {
		const id = ids[index];
		if (!id.ok) return { state: 'error', error: id.error };
		const enrolment = enrolments.get(id.value);
		const customer = enrolment && customers.get(enrolment.customer_id);
		if (!enrolment || !customer) return { state: 'ended', reason: 'unknown_enrolment' };
		if (customer.erased_at !== null) return { state: 'ended', reason: 'erased' };
		if (!OPEN.has(enrolment.status)) return { state: 'ended', reason: enrolment.end_reason ?? enrolment.status };
		const name = `${id.value}\u0000${place.visit}`;
		const same = known.get(name);
		if (same?.outcome === REFUSED) {
			again.push({ ...same, left_at: null, outcome: null });
			return { state: 'new', enrolment, customer, visit: same.visit };
		}
		if (same) return { state: 'before', enrolment, customer, visit: same.visit, parked: same.outcome !== PASSED_THROUGH || movedOn(id.value, same.visit) };
		if (enrolment.visit >= mostVisits(enrolment.journey_key)) {
			inCircles.push(enrolment);
			return { state: 'ended', reason: IN_CIRCLES };
		}
		enrolment.visit += 1;
		enrolment.step_key = stepKey;
		const row: HistoryRow = { enrolment_id: id.value, from_visit: place.visit, step_key: stepKey, visit: enrolment.visit, arrived_at: instant, left_at: null, outcome: null };
		known.set(name, row);
		history.push(row);
		return { state: 'new', enrolment, customer, visit: enrolment.visit };
	});
	await tx.each(enrolmentPlans.addHistory, history);
	await tx.each(enrolmentPlans.leave, again);
	// Whoever also came by another way in the same run ends at the next step.
	const saved = new Set(arrivedEnrolments(result));
	const leaving = inCircles.filter((enrolment) => !saved.has(enrolment));
	await endWaiting(tx, leaving.map(({ id, customer_id, visit }) => ({ step_id: 0, due_at: 0, enrolment_id: id, visit, customer_id })), IN_CIRCLES);
	return result;
}

/** Why a customer leaves who came to more steps than the journey allows: its canvas has a loop (J30). */
const IN_CIRCLES = 'max_visits';

/** Settings are looked at only where somebody came far. @returns the most visits of a customer, by journey */
async function visitLimits(tx: Tx, enrolments: ReadonlyMap<number, EnrolmentRow>, now: number): Promise<(journeyKey: string) => number> {
	if (![...enrolments.values()].some((enrolment) => enrolment.visit >= FEWEST_MAX_VISITS)) return () => Number.POSITIVE_INFINITY;
	const limits = new Map((await liveJourneys(tx, now)).map(({ settings }) => [settings.key, settings.maxVisits]));
	return (journeyKey) => limits.get(journeyKey) ?? Number.POSITIVE_INFINITY;
}

/** Enrolments that have come to the step for the first time. */
export function arrivedEnrolments(arrivals: readonly Arrival[]): EnrolmentRow[] {
	return [...new Set(arrivals.flatMap((arrival) => (arrival.state === 'new' ? [arrival.enrolment] : [])))];
}

/** Writes enrolments back by compare-and-swap; under the customers' locks it always finds the version it read. */
export async function saveEnrolments(tx: Tx, rows: readonly EnrolmentRow[]): Promise<void> {
	if (rows.length === 0) return;
	const saved = await tx.change(enrolmentPlans.update, rows);
	if (saved !== rows.length) throw new Error('An enrolment changed while its customer was locked');
	for (const row of rows) row.row_version += 1;
}

/** The lane of a step of a journey, made at its first use. */
export async function laneOf(tx: Tx, journeyKey: string, stepKey: string, workflowId: string, kind: string): Promise<number> {
	const known = await tx.first(registryPlans.step, { journey_key: journeyKey, step_key: stepKey });
	if (known && known.workflow_id === workflowId) return known.id;
	await tx.run(registryPlans.addStep, { journey_key: journeyKey, step_key: stepKey, workflow_id: workflowId, kind });
	return ((await tx.first(registryPlans.step, { journey_key: journeyKey, step_key: stepKey })) as { id: number }).id;
}

async function arrivals(tx: Tx, stepKey: string, places: readonly JourneyPlace[], ids: readonly Attempt<number>[]): Promise<Map<string, HistoryRow>> {
	const wanted = new Map<string, { enrolment_id: number; from_visit: number; step_key: string }>();
	places.forEach((place, index) => {
		const id = ids[index];
		if (id.ok) wanted.set(`${id.value}\u0000${place.visit}`, { enrolment_id: id.value, from_visit: place.visit, step_key: stepKey });
	});
	const rows = await tx.each(arrivalPlan, [...wanted.values()]);
	return new Map(rows.map((row) => [`${row.enrolment_id}\u0000${row.from_visit}`, row]));
}

/**
 * Tells whether a customer was parked somewhere after leaving a visit. Passing through Contact Policy in the same
 * execution is not parking: a crash there must offer the customer again.
 */
export async function parkedAfter(tx: Tx, enrolments: readonly number[]): Promise<(enrolment: number, visit: number) => boolean> {
	const ids = [...new Set(enrolments)];
	if (ids.length === 0) return () => false;
	const children = new Map<string, HistoryRow[]>();
	for (const row of await tx.all(enrolmentPlans.historyOf, { ids })) {
		const name = `${row.enrolment_id}/${row.from_visit}`;
		children.set(name, [...(children.get(name) ?? []), row]);
	}
	const after = (enrolment: number, visit: number): boolean =>
		(children.get(`${enrolment}/${visit}`) ?? []).some((row) => (row.outcome !== PASSED_THROUGH && row.outcome !== REFUSED) || after(enrolment, row.visit));
	return after;
}

/** Outcome of a visit that was left in the execution that brought the customer. */
export const PASSED_THROUGH = 'passed';
/** Outcome of a visit whose item the node refused: the customer may arrive again. */
const REFUSED = 'refused';

/** Undoes the arrival of customers whose items were refused, so that a corrected run finds them where they were. */
export async function refuseArrivals(tx: Tx, visits: readonly { enrolment_id: number; visit: number }[], now: number): Promise<void> {
	await tx.each(enrolmentPlans.leave, visits.map((one) => ({ ...one, left_at: now, outcome: REFUSED })));
}
