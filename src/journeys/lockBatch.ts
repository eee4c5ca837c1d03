import { MustRunAgain } from '../core/runAgain';
import { lockRows } from '../customers/locking';
import { batchPlans, type BatchRow } from '../store/plans/batchPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import type { BatchRef } from './contract';

export interface LockedBatch {
	batch: BatchRow;
	waits: WaitRow[];
}

/**
 * A batch of this epoch, with its customers locked in id order and then the batch itself. That is everybody's order:
 * erasure, merge and exits begin with customers, and where two wait for each other nobody gets on.
 * @returns undefined when another epoch has it or it is settled
 */
export async function lockBatch(tx: Tx, ref: BatchRef): Promise<LockedBatch | undefined> {
	const seen = await tx.first(batchPlans.look, { id: ref.id });
	if (!seen || seen.epoch !== ref.epoch) return undefined;
	const locked = opened(seen);
	await lockRows(tx, customersOf(locked));
	if (tx.dialect === 'sqlite') return locked;
	const now = await tx.first(batchPlans.lock, { id: ref.id });
	if (!now) return undefined;
	if (now.version === seen.version) return locked;
	const batch = await tx.first(batchPlans.get, { id: ref.id });
	if (!batch || batch.epoch !== ref.epoch) return undefined;
	const changed = opened(batch);
	const mine = new Set(customersOf(locked));
	if (customersOf(changed).some((id) => !mine.has(id))) throw new MustRunAgain('A merge put another customer into the batch');
	return changed;
}

/**
 * The same without its customers, for those who change nothing but the batch itself: an exit or erasure that comes at the
 * same time has come before or after, as if it had waited.
 */
export async function holdBatch(tx: Tx, ref: BatchRef): Promise<LockedBatch | undefined> {
	const batch = await tx.first(batchPlans.get, { id: ref.id });
	return batch && batch.epoch === ref.epoch ? opened(batch) : undefined;
}

const opened = (batch: BatchRow): LockedBatch => ({ batch, waits: JSON.parse(batch.items) as WaitRow[] });

const customersOf = ({ waits }: LockedBatch): number[] => waits.map((wait) => wait.customer_id);
