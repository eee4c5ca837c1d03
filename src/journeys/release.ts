import { customerView } from '../customers/profile';
import { doubtMessages } from '../policy/doubt';
import { batchPlans, type BatchRow } from '../store/plans/batchPlans';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import { registryPlans, type LaneRow, type StepRow } from '../store/plans/registryPlans';
import { failurePlans } from '../store/plans/failurePlans';
import { write, type Tx } from '../store/port';
import { parkedAfter } from './arrive';
import { keeping, waitsOf } from './batchItems';
import { countCutOff } from './cutOff';
import type { BatchRef, ClaimBatch, ClaimedBatch, ReleasedItem, TakeBatch, TakenBatch } from './contract';
import { endWaiting } from './endWaiting';
import { ENTRY_STEP } from './item';
import { holdHead, lockHead, readBatch } from './lockBatch';
import { placeOf } from './place';
import { ridersOf, type Rider } from './riders';
import { takeDue, type Taken } from './takeDue';
import { firstOf, lanesOf, LEASE_MS, takingOf, withKey } from './takeNext';
import type { WaitSpec } from './waitSpec';
import { workOff } from './workLane';

/**
 * Takes an expired batch, else the customers who are due, into one leased batch (store.md, Release). Whoever deletes the
 * wait rows has won against timers and events alike.
 */
export const takeBatch = write(async (tx, input: TakeBatch): Promise<TakenBatch> => {
	const [now, lanes] = await Promise.all([tx.now(), lanesOf(tx, input)]);
	for (const lane of lanes) {
		if (firstOf(lane, now) > now) continue;
		if (lane.jobs !== null) {
			await workOff(tx, lane);
			return { now, batch: null, nextDueAt: now };
		}
		const cutOff = lane.next_lease !== null && lane.next_lease <= now ? await countCutOff(tx, lane, now) : undefined;
		if (cutOff) return { now, batch: null, nextDueAt: now, cutOff };
		const taking = takingOf(lane, now, input);
		const batch = lane.paused_reason === null ? ((await retake(tx, lane, now, taking.lease_until)) ?? (await takeDue(tx, taking))) : await probe(tx, lane, now, taking.lease_until);
		if (batch) return { now, batch: withKey(tx, batch), nextDueAt: now };
	}
	const next = Math.min(...lanes.map((lane) => firstOf(lane, now)));
	return { now, batch: null, nextDueAt: next === Number.POSITIVE_INFINITY ? null : next };
}, { byKey: true });

/** A released item is believed only if its batch is in the store as offered to this node, in this epoch (compare and swap). */
export const claimBatch = write(async (tx, input: ClaimBatch): Promise<ClaimedBatch> => {
	const changesCustomers = input.stepKey === ENTRY_STEP || input.late?.action === 'exit';
	// One after the other, but asked for together: who is in the batch, once it is held.
	const [lanes, batch, now, riders] = await Promise.all([
		tx.all(registryPlans.stepsOfNode, { workflow_id: input.workflowId, step_key: input.stepKey }),
		changesCustomers ? lockHead(tx, input) : holdHead(tx, input),
		tx.now(),
		ridersOf(tx, input.id),
	]);
	const lane = lanes.find((one) => one.id === batch?.step_id);
	if (!batch || !lane || batch.state !== 'offered') return { claimed: false, items: [] };
	const movedOn = batch.attempts > 1 && input.skipMovedOn ? await parkedAfter(tx, riders.map(({ wait }) => wait.enrolment_id)) : () => false;
	const items: ReleasedItem[] = [];
	const released: number[] = [];
	const ghosts = new Set<number>();
	const tooLate = new Set<string>();
	const stayAway: Rider['wait'][] = [];
	const specOf = specReader();
	for (const { wait, traveller } of riders) {
		if (!traveller || movedOn(wait.enrolment_id, wait.visit)) {
			stayAway.push(wait);
			continue;
		}
		const spec = specOf(wait.spec);
		if (spec.kind === 'entry' && spec.ghost) {
			released.push(wait.enrolment_id);
			ghosts.add(wait.enrolment_id);
			continue;
		}
		const lateByMs = input.late && spec.outcome.by === 'time' && now - wait.due_at > input.late.afterMs ? now - wait.due_at : undefined;
		if (lateByMs !== undefined && input.late?.action === 'exit') {
			tooLate.add(`${wait.enrolment_id}/${wait.visit}`);
			continue;
		}
		released.push(wait.enrolment_id);
		items.push({
			customer: customerView(traveller),
			journey: placeOf(tx.storeId, { id: wait.enrolment_id, journey_key: lane.journey_key, variant: traveller.variant }, lane.step_key, wait.visit),
			event: traveller.event ? (JSON.parse(traveller.event) as ReleasedItem['event']) : null,
			own: wait.item === '{}' ? {} : (JSON.parse(wait.item) as Record<string, unknown>),
			outcome: { ...spec.outcome },
			...(lateByMs === undefined ? {} : { lateByMs }),
			...(spec.kind === 'policy' ? { request: spec.request } : {}),
		});
	}
	if (tooLate.size > 0) await endWaiting(tx, (await readBatch(tx, batch)).waits.filter((wait) => tooLate.has(`${wait.enrolment_id}/${wait.visit}`)), 'too_late');
	if (lane.kind === 'policy' && batch.attempts > 1) await doubtMessages(tx, lane.step_key, stayAway);
	if (lane.step_key === ENTRY_STEP) await tx.run(enrolmentPlans.enter, { ids: released, now });
	if (ghosts.size > 0) {
		// They have entered and stay: no end of the batch completes their journey.
		const all = await readBatch(tx, batch);
		const others = all.waits.filter((wait) => !ghosts.has(wait.enrolment_id));
		await tx.run(batchPlans.update, { ...all.batch, ...keeping(others) });
	}
	// Contact Policy has yet to judge what it claimed (policy.pass); elsewhere claiming is passing on.
	const state = lane.kind === 'policy' && items.length > 0 ? 'claimed' : 'passed';
	tx.send(batchPlans.claim, [{ id: batch.id, epoch: batch.epoch, state, lease_until: now + LEASE_MS, size: items.length }]);
	return { claimed: true, items };
}, { byKey: true });

/** Most customers of a batch wait for the same; what a message asks for is each one's own. */
function specReader(): (text: string) => WaitSpec {
	let last = '';
	let spec: WaitSpec | undefined;
	return (text) => {
		if (spec?.kind !== 'time' || text !== last) [last, spec] = [text, JSON.parse(text) as WaitSpec];
		return spec;
	};
}

/** Keeps a batch while its execution runs. `held: false`: another epoch has it. */
export const renewBatch = write(async (tx, ref: BatchRef): Promise<{ held: boolean }> => {
	const now = await tx.now();
	return { held: (await tx.run(batchPlans.renew, { id: ref.id, epoch: ref.epoch, lease_until: now + LEASE_MS })) > 0 };
}, { byKey: true });

async function retake(tx: Tx, lane: LaneRow, now: number, leaseUntil: number): Promise<Taken | undefined> {
	if (lane.next_lease === null || lane.next_lease > now) return undefined;
	const old = await tx.first(batchPlans.takeExpired, { step_id: lane.id, now });
	return old && (await offerAgain(tx, old, leaseUntil));
}

/** A paused step is tried with one customer: somebody who did not fail yet, else of those who failed least (failures.ts). */
async function probe(tx: Tx, lane: StepRow, now: number, leaseUntil: number): Promise<Taken | undefined> {
	if ((await tx.run(failurePlans.takeProbe, { id: lane.id, now, next: leaseUntil })) === 0) return undefined;
	const fresh = await takeDue(tx, { step_id: lane.id, now, lease_until: leaseUntil, limit: 1 });
	if (fresh) return fresh;
	const batch = await tx.first(failurePlans.leastFailed, { step_id: lane.id, now });
	if (!batch) return undefined;
	const [one, ...others] = waitsOf(batch);
	if (others.length === 0) return await offerAgain(tx, batch, leaseUntil);
	await tx.run(batchPlans.update, { ...batch, ...keeping(others) });
	const tried = await tx.first(batchPlans.insert, { ...batch, epoch: 1, state: 'offered', lease_until: leaseUntil, attempts: batch.attempts + 1, ...keeping([one]) });
	return { id: (tried as { id: number }).id, epoch: 1, size: 1 };
}

async function offerAgain(tx: Tx, old: BatchRow, leaseUntil: number): Promise<Taken> {
	const again: BatchRow = { ...old, epoch: old.epoch + 1, attempts: old.attempts + 1, state: 'offered', lease_until: leaseUntil, expiries: old.expiries + (old.state === 'resting' ? 0 : 1) };
	await tx.run(batchPlans.update, again);
	return { id: again.id, epoch: again.epoch, size: again.size };
}
