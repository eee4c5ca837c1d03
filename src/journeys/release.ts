import { customerView } from '../customers/profile';
import { loadCustomers } from '../customers/locking';
import { batchPlans, enrolmentPlans, registryPlans, waitPlans, type BatchRow, type StepRow } from '../store/plans/journeyPlans';
import { write, type Tx } from '../store/port';
import { parkedAfter } from './arrive';
import type { BatchRef, ClaimBatch, ClaimedBatch, ReleasedItem, SettleBatch, TakeBatch, TakenBatch } from './contract';
import { BATCH_LIMIT, BATCH_LIMIT_BYTES, ENTRY_STEP } from './item';
import { lockBatch } from './lockBatch';
import { loadEnrolments, placeOf } from './place';
import { OPEN } from './slice';
import type { WaitSpec } from './waitSpec';

export const LEASE_MS = 2 * 60_000;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 6 * 3_600_000;

/**
 * Takes an expired batch, else the customers who are due, into one leased batch (store.md, Release). Whoever deletes the
 * wait rows has won against timers and events alike.
 */
export const takeBatch = write(async (tx, input: TakeBatch): Promise<TakenBatch> => {
	const now = await tx.now();
	const lanes = (await tx.all(registryPlans.lanesOfNode, { workflow_id: input.workflowId, step_key: input.stepKey })).filter(
		(lane) => !input.journeyKey || lane.journey_key === input.journeyKey,
	);
	const leaseUntil = now + (input.leaseMs ?? LEASE_MS);
	for (const lane of lanes) {
		if (firstOf(lane) > now) continue;
		const batch = (await retake(tx, lane, now, leaseUntil)) ?? (await takeDue(tx, lane, now, leaseUntil, Math.min(input.limit ?? BATCH_LIMIT, BATCH_LIMIT)));
		if (batch) return { now, batch: { ...batch, key: `${tx.storeId}:${batch.id}:${batch.epoch}` }, nextDueAt: now };
	}
	const next = Math.min(...lanes.map(firstOf));
	return { now, batch: null, nextDueAt: next === Number.POSITIVE_INFINITY ? null : next };
});

/** A released item is believed only if its batch is in the store as offered to this node, in this epoch (compare and swap). */
export const claimBatch = write(async (tx, input: ClaimBatch): Promise<ClaimedBatch> => {
	const locked = await lockBatch(tx, input);
	const lanes = await tx.all(registryPlans.stepsOfNode, { workflow_id: input.workflowId, step_key: input.stepKey });
	const lane = lanes.find((one) => one.id === locked?.batch.step_id);
	if (!locked || !lane || locked.batch.state !== 'offered') return { claimed: false, items: [] };
	const { batch, waits } = locked;
	const customers = await loadCustomers(tx, waits.map((wait) => wait.customer_id));
	const now = await tx.now();
	const enrolments = await loadEnrolments(tx, waits.map((wait) => wait.enrolment_id));
	const movedOn = batch.attempts > 1 && input.skipMovedOn ? await parkedAfter(tx, waits.map((wait) => wait.enrolment_id)) : () => false;
	const items: ReleasedItem[] = [];
	const released: number[] = [];
	for (const wait of waits) {
		const enrolment = enrolments.get(wait.enrolment_id);
		const customer = customers.get(wait.customer_id);
		if (!enrolment || !customer || customer.erased_at !== null || !OPEN.has(enrolment.status)) continue;
		if (movedOn(wait.enrolment_id, wait.visit)) continue;
		released.push(enrolment.id);
		const spec = JSON.parse(wait.spec) as WaitSpec;
		items.push({
			customer: customerView(customer),
			journey: placeOf(tx.storeId, enrolment, lane.step_key, wait.visit),
			event: enrolment.event ? (JSON.parse(enrolment.event) as ReleasedItem['event']) : null,
			own: JSON.parse(wait.item) as Record<string, unknown>,
			outcome: spec.outcome,
			...(spec.kind === 'policy' ? { request: spec.request } : {}),
		});
	}
	if (lane.step_key === ENTRY_STEP) await tx.run(enrolmentPlans.enter, { ids: released, now });
	// Contact Policy has yet to judge what it claimed (policy.pass); elsewhere claiming is passing on.
	const state = lane.kind === 'policy' && items.length > 0 ? 'claimed' : 'passed';
	await tx.run(batchPlans.setState, { id: batch.id, epoch: batch.epoch, state, lease_until: now + LEASE_MS });
	return { claimed: true, items };
});

/** Keeps a batch while its execution runs. `held: false`: another epoch has it. */
export const renewBatch = write(async (tx, ref: BatchRef): Promise<{ held: boolean }> => {
	const now = await tx.now();
	return { held: (await tx.run(batchPlans.renew, { id: ref.id, epoch: ref.epoch, lease_until: now + LEASE_MS })) > 0 };
});

/**
 * Ends a batch. Success: its customers have left the step; who is nowhere further completes the journey (J54). Failure: it
 * rests (1 minute, doubling to 6 hours) and is offered again. A lost epoch changes nothing.
 */
export const settleBatch = write(async (tx, input: SettleBatch): Promise<{ settled: boolean; completed: number }> => {
	const locked = await lockBatch(tx, input);
	if (!locked) return { settled: false, completed: 0 };
	const { batch, waits } = locked;
	// n8n calls an execution a success although its node failed, when the node's On Error says "continue".
	const untouched = batch.state !== 'passed' ? 'the node failed before it passed its customers on' : undefined;
	if (input.outcome === 'failed' || untouched) {
		const now = await tx.now();
		const restMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(batch.attempts - 1, 20));
		await tx.run(batchPlans.update, { ...batch, state: 'resting', lease_until: now + restMs, error: (input.error ?? untouched)?.slice(0, 500) ?? null });
		return { settled: true, completed: 0 };
	}
	const now = await tx.now();
	await tx.run(batchPlans.remove, { id: batch.id, epoch: batch.epoch });
	await tx.each(enrolmentPlans.leave, waits.map((wait) => ({ enrolment_id: wait.enrolment_id, visit: wait.visit, left_at: now, outcome: 'released' })));
	return { settled: true, completed: await tx.run(enrolmentPlans.complete, { ids: waits.map((wait) => wait.enrolment_id), now }) };
});

async function retake(tx: Tx, lane: StepRow, now: number, leaseUntil: number): Promise<Taken | undefined> {
	const old = await tx.first(batchPlans.takeExpired, { step_id: lane.id, now });
	if (!old) return undefined;
	const again: BatchRow = { ...old, epoch: old.epoch + 1, attempts: old.attempts + 1, state: 'offered', lease_until: leaseUntil };
	await tx.run(batchPlans.update, again);
	return { id: again.id, epoch: again.epoch, size: again.size };
}

type Taken = { id: number; epoch: number; size: number };

async function takeDue(tx: Tx, lane: StepRow, now: number, leaseUntil: number, limit: number): Promise<Taken | undefined> {
	const rows = (await tx.all(waitPlans.takeDue, { step_id: lane.id, now, limit })).sort((a, b) => a.due_at - b.due_at || a.enrolment_id - b.enrolment_id || a.visit - b.visit);
	if (rows.length === 0) return undefined;
	let bytes = 0;
	const fits = rows.findIndex((row) => (bytes += row.item.length + row.spec.length + 200) > BATCH_LIMIT_BYTES);
	const taken = fits < 0 ? rows : rows.slice(0, Math.max(1, fits));
	await tx.each(waitPlans.insert, rows.slice(taken.length));
	const batch = await tx.first(batchPlans.insert, { step_id: lane.id, epoch: 1, state: 'offered', lease_until: leaseUntil, attempts: 1, created_at: now, size: taken.length, items: JSON.stringify(taken) });
	return { id: (batch as { id: number }).id, epoch: 1, size: taken.length };
}

/** When a lane has something to release, at the earliest. */
function firstOf(lane: { next_wait: number | null; next_lease: number | null }): number {
	return Math.min(lane.next_wait ?? Number.POSITIVE_INFINITY, lane.next_lease ?? Number.POSITIVE_INFINITY);
}
