import { batchPlans, type BatchHead, type BatchRow } from '../store/plans/batchPlans';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import type { StepRow } from '../store/plans/registryPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import { deadLetterPlans, failurePlans } from '../store/plans/failurePlans';
import { write, type Tx } from '../store/port';
import { keeping } from './batchItems';
import type { SettleBatch, SettledBatch } from './contract';
import { afterFailure, othersSucceeded, PAUSE_AFTER, untilProbeMs } from './failures';
import { lockHead, readBatch, type LockedBatch } from './lockBatch';
import { lanesOf, takeNext } from './takeNext';

const NOTHING: SettledBatch = { settled: false, completed: 0, deadLetters: 0, paused: null, resumed: false };

/**
 * Ends a batch. Success: its customers have left the step; who is nowhere further completes the journey (J54). Failure:
 * see failures.ts. A lost epoch changes nothing. After a success the next batch is taken in the same transaction, where it is
 * asked for; after a failure the step may be in trouble, and whoever asks takes the next by itself.
 */
export const settleBatch = write(async (tx, input: SettleBatch): Promise<SettledBatch> => {
	const { next } = input;
	// Asked for together; the clock is read once the locks are held.
	const [batch, , lanes] = await Promise.all([lockHead(tx, input), tx.now(), next && lanesOf(tx, next)]);
	const takingNext = async () => next && lanes && (await takeNext(tx, lanes, next));
	if (!batch) return { ...NOTHING, taken: await takingNext() };
	// n8n calls an execution a success although its node failed, when the node's On Error says "continue".
	const untouched = batch.state !== 'passed' ? 'the node failed before it passed its customers on' : undefined;
	if (input.outcome === 'failed' || untouched !== undefined) {
		const locked = await readBatch(tx, batch);
		if (locked.waits.length > 0) return await failBatch(tx, { ...locked, batch: { ...locked.batch, expiries: 0 } }, (input.error ?? untouched ?? 'the execution failed').slice(0, 500));
	}
	const [settled, taken] = await Promise.all([succeed(tx, batch), takingNext()]);
	return { ...settled, taken };
}, { byKey: true });

async function succeed(tx: Tx, batch: BatchHead): Promise<SettledBatch> {
	const { id, epoch, step_id, size } = batch;
	const now = await tx.now();
	const waits = tx.lists ? [] : (await readBatch(tx, batch)).waits;
	const [completed, , step] = await Promise.all([
		tx.lists ? tx.lists.run(enrolmentPlans.completeBatch, { batch: id, now }) : leaveStep(tx, waits, now),
		tx.run(batchPlans.remove, { id, epoch }),
		tx.first(failurePlans.step, { id: step_id }),
	]);
	// A run that nobody was left in proves nothing.
	const resumed = size > 0 && (await noteSuccess(tx, step as StepRow, now));
	return { ...NOTHING, settled: true, completed, resumed };
}

/** Those of a batch leave the visits they come from. @returns how many of them have come to the end of the journey */
async function leaveStep(tx: Tx, waits: readonly WaitRow[], now: number): Promise<number> {
	const idsOf = (some: readonly WaitRow[]) => some.map((wait) => wait.enrolment_id);
	for (const visit of new Set(waits.map((wait) => wait.visit))) {
		await tx.run(enrolmentPlans.leaveVisit, { ids: idsOf(waits.filter((wait) => wait.visit === visit)), visit, left_at: now, outcome: 'released' });
	}
	return await tx.run(enrolmentPlans.complete, { ids: idsOf(waits), now });
}

/** @returns whether the step was paused and goes on */
async function noteSuccess(tx: Tx, step: StepRow, now: number): Promise<boolean> {
	if (step.failures === 0) return false;
	await tx.run(failurePlans.stepSucceeded, { id: step.id });
	if (step.paused_reason === null) return false;
	await tx.run(failurePlans.wakeResting, { step_id: step.id, now });
	return true;
}

/** Counts a failed run of a batch whose customers are locked: see failures.ts. */
export async function failBatch(tx: Tx, { batch, waits }: LockedBatch, error: string): Promise<SettledBatch> {
	const step = (await tx.first(failurePlans.lockStep, { id: batch.step_id })) as StepRow;
	const now = await tx.now();
	const failures = batch.failures + 1;
	const others = (await tx.first(failurePlans.failingOthers, { step_id: batch.step_id, id: batch.id }))?.batches ?? 0;
	const proven = othersSucceeded(batch, step.successes, others + 1);
	const verdict = afterFailure({ size: waits.length, failures, proven });
	const paused = await noteFailure(tx, step, { now, error, proven });
	if (verdict.do === 'deadLetter') {
		await bury(tx, batch, waits[0], { failures, error, now });
		return { ...NOTHING, settled: true, deadLetters: 1, paused };
	}
	const rested: BatchRow = { ...batch, state: 'resting', lease_until: now + verdict.restMs, error, failures, failed_from: batch.failed_from ?? step.successes, failed_after: step.successes };
	const half = verdict.do === 'split' ? Math.ceil(waits.length / 2) : waits.length;
	await tx.run(batchPlans.update, { ...rested, ...keeping(waits.slice(0, half)) });
	if (half < waits.length) await tx.run(batchPlans.insert, { ...rested, epoch: 1, ...keeping(waits.slice(half)) });
	return { ...NOTHING, settled: true, paused };
}

/** @returns why the step is paused, when it is from now on */
async function noteFailure(tx: Tx, step: StepRow, { now, error, proven }: { now: number; error: string; proven: boolean }): Promise<string | null> {
	const doubts = step.doubts + (proven && step.paused_reason === null ? 0 : 1);
	const pauses = step.paused_reason === null && doubts >= PAUSE_AFTER;
	const reason = step.paused_reason ?? (pauses ? pauseReason(error) : null);
	await tx.run(failurePlans.stepFailed, { id: step.id, failures: step.failures + 1, doubts, paused_reason: reason, probe_at: reason === null ? null : now + untilProbeMs(doubts) });
	return pauses ? reason : null;
}

function pauseReason(error: string): string {
	return `Paused: run after run failed, the last with: ${error.replace(/\.$/, '')}. One customer is tried every few minutes; when that succeeds, everybody goes on by themselves.`;
}

/** The enrolment fails, unless it goes on elsewhere on the canvas (J52). */
async function bury(tx: Tx, batch: BatchRow, wait: WaitRow, { failures, error, now }: { failures: number; error: string; now: number }): Promise<void> {
	await tx.each(deadLetterPlans.insert, [{ ...wait, failed_at: now, failures, error }]);
	await tx.run(batchPlans.remove, { id: batch.id, epoch: batch.epoch });
	await tx.each(enrolmentPlans.leave, [{ enrolment_id: wait.enrolment_id, visit: wait.visit, left_at: now, outcome: 'failed' }]);
	await tx.run(enrolmentPlans.complete, { ids: [wait.enrolment_id], now });
}
