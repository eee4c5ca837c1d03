import { JourneyError } from '../core/errors';
import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import { waitPlans, type WaitRow } from '../store/plans/waitPlans';
import { write } from '../store/port';
import { readMeta } from '../store/storeClock';
import { arrive, arrivedEnrolments, laneOf, refuseArrivals, saveEnrolments, type Arrival } from './arrive';
import { contextText } from './contextText';
import type { ParkAnswer, Parking, ParkRequest } from './contract';
import { valueAt } from './conditions';
import { customerZone } from './customerZone';
import { dueAt } from './dueAt';
import { endByPastEvents, type Listening } from './pastEvents';
import { isMissing } from './rules';
import { mustOwnStep } from './stepOwner';
import { listenedOf } from './slice';
import { waitRequest, type WaitRequest } from './waitRequest';
import { BY_TIME, type WaitSpec } from './waitSpec';

/**
 * Parks customers in a wait and looks, in the same transaction, for an event that already ends it (store.md, Park), so
 * that nothing is lost between two steps (J08).
 * @returns one answer per parking, in order; a refused one leaves nothing behind
 * @throws JourneyError `duplicate_step_key` when the step is another node's (J27)
 */
export const park = write(async (tx, request: ParkRequest): Promise<ParkAnswer[]> => {
	const arrivals = await arrive(tx, request.stepKey, request.parkings.map((parking) => parking.journey), () => tx.now());
	const now = await tx.now();
	await mustOwnStep(tx, request, now);
	const storeZone = (await readMeta(tx, 'zone')) ?? 'UTC';
	const lanes = new Map<string, number>();
	const waits: Pending[] = [];
	const refusedVisits: { enrolment_id: number; visit: number }[] = [];
	const answers: ParkAnswer[] = [];
	const requestOf = requestReader();
	for (const [place, parking] of request.parkings.entries()) {
		const arrival = arrivals[place];
		const early = answerEarly(parking.index, arrival);
		if (early || arrival.state !== 'new') {
			answers.push(early ?? { index: parking.index, result: 'parked_before' });
			continue;
		}
		try {
			const { enrolment } = arrival;
			const item = contextText(parking.own);
			const wanted = requestOf(parking.wait);
			const due = dueAt(wanted, now, customerZone(arrival.customer, storeZone));
			const lane = lanes.get(enrolment.journey_key) ?? (await laneOf(tx, enrolment.journey_key, request.stepKey, request.workflowId, 'wait'));
			lanes.set(enrolment.journey_key, lane);
			enrolment.status = 'waiting';
			const row: WaitRow = { step_id: lane, due_at: due, enrolment_id: enrolment.id, visit: arrival.visit, customer_id: enrolment.customer_id, parked_at: now, spec: '', item };
			const warning = neverMatches(wanted, enrolment);
			waits.push({ row, spec: specOf(wanted, parking, arrival, now, due), enrolment, answer: answers.push({ index: parking.index, result: 'parked', dueAt: due, ...(warning && { warning }) }) - 1 });
		} catch (error) {
			answers.push(refused(parking.index, error));
			refusedVisits.push({ enrolment_id: arrival.enrolment.id, visit: arrival.visit });
		}
	}
	await refuseArrivals(tx, refusedVisits, now);
	await endByPastEvents(tx, waits, now);
	for (const wait of waits) {
		wait.row.spec = JSON.stringify(wait.spec);
		answers[wait.answer] = { ...answers[wait.answer], dueAt: wait.row.due_at } as ParkAnswer;
	}
	await tx.each(waitPlans.insert, waits.map((wait) => wait.row));
	await tx.each(enrolmentPlans.noteListened, waits.flatMap((wait) => listenedOf(wait.row)).filter((row) => row.listened !== null));
	await saveEnrolments(tx, arrivedEnrolments(arrivals));
	return answers;
});

interface Pending extends Listening {
	answer: number;
}

/** What an arrival that is not new is told; undefined for a new one. */
function answerEarly(index: number, arrival: Arrival): Extract<ParkAnswer, { result: 'ended' | 'refused' }> | undefined {
	if (arrival.state === 'error') return refused(index, arrival.error);
	if (arrival.state === 'ended') return { index, result: 'ended', reason: arrival.reason };
	return undefined;
}

export function refused(index: number, error: unknown): { index: number; result: 'refused'; code: string; message: string } {
	if (error instanceof JourneyError) return { index, result: 'refused', code: error.code, message: error.message };
	throw error;
}

/** Most nodes ask the same wait, one and the same object, for all items of a run. */
function requestReader(): (wait: unknown) => WaitRequest {
	const known = new Map<unknown, WaitRequest>();
	return (wait) => {
		const request = known.get(wait) ?? readRequest(wait);
		known.set(wait, request);
		return request;
	};
}

function readRequest(wait: unknown): WaitRequest {
	const read = waitRequest.safeParse(wait);
	if (read.success) return read.data;
	const issue = read.error.issues[0];
	throw new JourneyError('bad_input', `The wait cannot be read: ${issue.path.join('.') || 'settings'}: ${issue.message}.`, { field: issue.path.join('.') });
}

function specOf(request: WaitRequest, parking: Parking, arrival: Extract<Arrival, { state: 'new' }>, now: number, due: number): WaitSpec {
	const restarts = parking.restartsOnEntry ?? 'auto';
	const restartsOnEntry = restarts === 'always' || (restarts === 'auto' && arrival.visit === 1);
	if (request.kind !== 'event') return { kind: 'time', request, restartsOnEntry, outcome: BY_TIME };
	const since = request.since === 'entry' ? arrival.enrolment.entered_at : now;
	return { kind: 'event', request, restartsOnEntry, events: request.events, since, deadline: due, pick: request.pick, outcome: BY_TIME };
}

/** A wait that compares with a field which the customer's entry does not have waits in vain: said, not failed (J13). */
function neverMatches(request: WaitRequest, enrolment: EnrolmentRow): string | undefined {
	if (request.kind !== 'event' || request.events.every((rule) => !rule.correlate)) return undefined;
	const { properties } = JSON.parse(enrolment.event ?? '{"properties":{}}') as { properties: Record<string, unknown> };
	const missing = request.events.find(({ correlate }) => correlate && isMissing(valueAt(properties, correlate.entryField)));
	return missing?.correlate && `The event that started the journey has no field "${missing.correlate.entryField}", so no ${missing.eventType} can have the same one: this wait ends by its time.`;
}
