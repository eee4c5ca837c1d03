import { lockRows } from '../customers/locking';
import { batchPlans } from '../store/plans/batchPlans';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import type { JourneyRow, StepRow } from '../store/plans/registryPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import { lanePlans } from '../store/plans/lanePlans';
import type { Tx } from '../store/port';
import { laneOf, saveEnrolments } from './arrive';
import { lockBatch } from './lockBatch';
import { moveWaits } from './moveWaits';
import { loadEnrolments } from './place';
import { OPEN } from './slice';
import { BY_TIME, type WaitSpec } from './waitSpec';

/** Outcome of a visit whose step was removed: the customer goes on elsewhere. */
const MOVED = 'moved';

/**
 * Puts those who wait at removed steps to another one: they wait as long as they would have, and then go on from there by
 * *Time's Up*. A message that a removed Contact Policy held is not sent: its customer goes on at once.
 * @returns how many were moved, up to a piece
 */
export async function moveToStep(tx: Tx, from: readonly StepRow[], to: { journey: JourneyRow; stepKey: string; limit: number }): Promise<number> {
	for (const lane of from) {
		const waits = await tx.all(lanePlans.earliest, { step_id: lane.id, until: Number.MAX_SAFE_INTEGER, limit: to.limit });
		if (waits.length > 0) return await move(tx, waits, to, true);
		for (const ref of await tx.all(lanePlans.idleBatches, { step_id: lane.id, now: await tx.now(), limit: 1 })) {
			const locked = await lockBatch(tx, ref);
			if (!locked) continue;
			await tx.run(batchPlans.remove, ref);
			await move(tx, locked.waits, to, false);
			return Math.max(1, locked.waits.length);
		}
	}
	return 0;
}

/** Moves waits to another step of their journey. @param inLane they stand in a lane, and not in a batch */
export async function move(tx: Tx, waits: readonly WaitRow[], { journey, stepKey }: { journey: JourneyRow; stepKey: string }, inLane: boolean): Promise<number> {
	await lockRows(tx, waits.map((wait) => wait.customer_id));
	const now = await tx.now();
	const target = await laneOf(tx, journey.key, stepKey, journey.workflow_id, 'wait');
	const enrolments = await loadEnrolments(tx, waits.map((wait) => wait.enrolment_id));
	const moving = waits.flatMap((wait) => {
		const enrolment = enrolments.get(wait.enrolment_id);
		if (!enrolment || !OPEN.has(enrolment.status)) return [];
		enrolment.visit += 1;
		enrolment.step_key = stepKey;
		enrolment.status = 'waiting';
		return [{ wait, enrolment, visit: enrolment.visit }];
	});
	await tx.each(enrolmentPlans.leave, moving.map(({ wait }) => ({ enrolment_id: wait.enrolment_id, visit: wait.visit, left_at: now, outcome: MOVED })));
	await tx.each(enrolmentPlans.addHistory, moving.map(({ wait, visit }) => ({ enrolment_id: wait.enrolment_id, from_visit: wait.visit, step_key: stepKey, visit, arrived_at: now, left_at: null, outcome: null })));
	await saveEnrolments(tx, [...new Set(moving.map(({ enrolment }) => enrolment))]);
	const moved = new Map(moving.map((one) => [one.wait, one.visit]));
	await moveWaits(
		tx,
		waits.map((wait) => {
			const visit = moved.get(wait);
			return { ...(inLane ? { from: wait } : {}), ...(visit === undefined ? {} : { to: there(wait, target, visit, now) }) };
		}),
	);
	return Math.max(1, moving.length);
}

/** An event that has ended the wait already is kept: the customer goes on at once. */
function there(wait: WaitRow, target: number, visit: number, now: number): WaitRow {
	const spec = JSON.parse(wait.spec) as WaitSpec;
	if (spec.kind !== 'policy') return { ...wait, step_id: target, visit, spec: JSON.stringify(spec.outcome.by === 'event' ? { ...spec, outcome: BY_TIME } : spec) };
	const passes: WaitSpec = { kind: 'time', request: { kind: 'delay', length: { amount: 0, unit: 'seconds' } }, restartsOnEntry: false, outcome: BY_TIME };
	return { ...wait, step_id: target, visit, due_at: now, spec: JSON.stringify(passes) };
}
