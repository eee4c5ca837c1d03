import { both } from '../plan';
import type { BatchRow } from './batchPlans';

/** Batches whose runs were cut off before (cutOff.ts). */
export const cutOffPlans = {
	due: both<{ step_id: number; now: number }, Pick<BatchRow, 'id' | 'epoch' | 'state' | 'expiries'>>(
		'SELECT id, epoch, state, expiries FROM release_batch WHERE step_id = :step_id AND lease_until <= :now AND expiries > 0 ORDER BY lease_until, id',
	),
	/** Somebody under suspicion is being tried, at this step or another: reads the small index that holds nobody else. */
	onTrial: both<{ now: number }, { id: number }>("SELECT id FROM release_batch WHERE expiries > 1 AND lease_until > :now AND state <> 'resting' LIMIT 1"),
	postpone: both<{ id: number; epoch: number; lease_until: number }>("UPDATE release_batch SET lease_until = :lease_until WHERE id = :id AND epoch = :epoch AND state = 'resting'"),
	/** Under way at a step: the end of this run is not held against it. */
	forgive: both<{ step_id: number; now: number }>("UPDATE release_batch SET expiries = expiries - 1 WHERE step_id = :step_id AND lease_until > :now AND state <> 'resting'"),
};
