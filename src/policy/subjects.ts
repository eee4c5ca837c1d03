import { attempt } from '../core/attempt';
import { idsOf, lockCustomers, resolveCustomers } from '../customers/resolve';
import { arrive, arrivedEnrolments, saveEnrolments, type Arrival } from '../journeys/arrive';
import type { JourneyPlace } from '../journeys/item';
import { refused } from '../journeys/park';
import { enrolmentId, lockEnrolments } from '../journeys/place';
import { OPEN } from '../journeys/slice';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { EnrolmentRow } from '../store/plans/enrolmentPlans';
import type { Tx } from '../store/port';
import type { PassAnswer, PassItem, PassRequest } from './contract';

/** An item ready to be judged, or what it is told instead. */
export type Subject =
	| { state: 'judge'; item: PassItem; customer: CustomerRow | null; erased: boolean; enrolment: EnrolmentRow | null; visit: number; parked: boolean }
	| { state: 'answered'; item: PassItem; answer: PassAnswer };
export type Judged = Extract<Subject, { state: 'judge' }>;

/**
 * Receives the items of a run: those that come in a journey arrive at the step (once, however often), those that this node
 * released are where they were, all others are looked up. Locks the customers.
 * @returns one subject per item, in the order of the items
 */
export async function subjectsOf(tx: Tx, request: PassRequest): Promise<Subject[]> {
	const subjects: Subject[] = [];
	const { items, stepKey } = request;
	const inJourney = items.filter((item) => item.journey && !item.released && !request.dryRun);
	const released = items.filter((item) => item.journey && item.released && !request.dryRun);
	const without = items.filter((item) => !item.journey || request.dryRun);
	const arrivals = await arrive(tx, stepKey, inJourney.map(placeOf), () => tx.now());
	await saveEnrolments(tx, arrivedEnrolments(arrivals));
	inJourney.forEach((item, place) => subjects.push(arrived(item, arrivals[place])));
	subjects.push(...(await standing(tx, released)));
	const resolved = await resolveCustomers(tx, without.map((item) => item.customer), { create: false, keep: false });
	const customers = await lockCustomers(tx, idsOf(resolved));
	without.forEach((item, place) => {
		const who = resolved[place];
		subjects.push({ state: 'judge', item, customer: who.found ? (customers.get(who.id) ?? null) : null, erased: !who.found && who.why === 'customer_erased', enrolment: null, visit: 0, parked: false });
	});
	const order = new Map(items.map((item, place) => [item, place]));
	return subjects.sort((a, b) => (order.get(a.item) as number) - (order.get(b.item) as number));
}

function arrived(item: PassItem, arrival: Arrival): Subject {
	if (arrival.state === 'error') return { state: 'answered', item, answer: refused(item.index, arrival.error) };
	if (arrival.state === 'ended') return { state: 'answered', item, answer: { index: item.index, result: 'ended', reason: arrival.reason } };
	const { enrolment, customer, visit } = arrival;
	return { state: 'judge', item, customer, erased: false, enrolment, visit, parked: arrival.state === 'before' && arrival.parked };
}

/** Released by this node just now: the enrolment is where it is. */
async function standing(tx: Tx, items: readonly PassItem[]): Promise<Subject[]> {
	const ids = items.map((item) => attempt(() => enrolmentId(tx, placeOf(item).enrolment)));
	const { enrolments, customers } = await lockEnrolments(tx, ids.flatMap((id) => (id.ok ? [id.value] : [])));
	return items.map((item, place): Subject => {
		const id = ids[place];
		if (!id.ok) return { state: 'answered', item, answer: refused(item.index, id.error) };
		const enrolment = enrolments.get(id.value);
		const customer = enrolment && customers.get(enrolment.customer_id);
		if (!enrolment || !customer || customer.erased_at !== null || !OPEN.has(enrolment.status)) {
			return { state: 'answered', item, answer: { index: item.index, result: 'ended', reason: enrolment?.end_reason ?? 'unknown_enrolment' } };
		}
		return { state: 'judge', item, customer, erased: false, enrolment, visit: placeOf(item).visit, parked: false };
	});
}

const placeOf = (item: PassItem) => item.journey as JourneyPlace;
