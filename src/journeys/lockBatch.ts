import { MustRunAgain } from '../core/runAgain';
import { batchPlans, type BatchHead, type BatchRow } from '../store/plans/batchPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { waitsOf } from './batchItems';
import type { BatchRef } from './contract';

export interface LockedBatch {
	batch: BatchRow;
	waits: WaitRow[];
}

/**
 * A batch of this epoch, with its customers locked in id order and then the batch itself. That is everybody's order:
 * erasure, merge and exits begin with customers, and where two wait for each other nobody gets on.
 * @returns undefined when another epoch has it or it is settled
 * @throws MustRunAgain when the batch changed while its customers were waited for: a merge may have put another into it
 */
export async function lockHead(tx: Tx, ref: BatchRef): Promise<BatchHead | undefined> {
	// Done one after the other, but asked for together.
	const [seen, , now] = await Promise.all([tx.first(batchPlans.look, ref), tx.all(batchPlans.lockCustomers, ref), tx.first(batchPlans.lock, ref)]);
	if (!seen || seen.epoch !== ref.epoch || now?.epoch !== ref.epoch) return undefined;
	if (now.version !== seen.version) throw new MustRunAgain('The batch changed');
	return seen;
}

/** The same with everybody in it, for those who look at each. */
export async function lockBatch(tx: Tx, ref: BatchRef): Promise<LockedBatch | undefined> {
	const head = await lockHead(tx, ref);
	return head && (await readBatch(tx, head));
}

/**
 * A batch of this epoch without its customers, for those who change nothing but the batch itself: an exit or erasure that
 * comes at the same time has come before or after, as if it had waited.
 */
export async function holdHead(tx: Tx, ref: BatchRef): Promise<BatchHead | undefined> {
	const batch = await tx.first(batchPlans.hold, { id: ref.id });
	return batch?.epoch === ref.epoch ? batch : undefined;
}

/** Everybody in a batch that is locked. */
export async function readBatch(tx: Tx, head: BatchHead): Promise<LockedBatch> {
	const batch = (await tx.first(batchPlans.get, { id: head.id })) as BatchRow;
	return { batch, waits: waitsOf(batch) };
}
