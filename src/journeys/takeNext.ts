import { registryPlans, type LaneRow } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import type { TakeBatch, TakenBatch } from './contract';
import { BATCH_LIMIT } from './item';
import { isOff } from './liveJourneys';
import { takeDue, type Taken } from './takeDue';

export const LEASE_MS = 2 * 60_000;

/** The lanes of a node with what stands at the front of each, as far as they are asked for. */
export async function lanesOf(tx: Tx, { workflowId, stepKey, journeyKey }: TakeBatch): Promise<LaneRow[]> {
	const lanes = await tx.all(registryPlans.lanesOfNode, { workflow_id: workflowId, step_key: stepKey });
	return lanes.filter((lane) => !journeyKey || lane.journey_key === journeyKey);
}

/** When a lane has something to release, at the earliest. */
export function firstOf(lane: LaneRow, now: number): number {
	if (isOff(lane.journey_off_since, now)) return Number.POSITIVE_INFINITY;
	if (lane.jobs !== null) return now;
	if (lane.paused_reason !== null) return lane.probe_at ?? Number.POSITIVE_INFINITY;
	return Math.min(lane.next_wait ?? Number.POSITIVE_INFINITY, lane.next_lease ?? Number.POSITIVE_INFINITY);
}

/** A batch with n8n's deduplication key. */
export function withKey(tx: Tx, batch: Taken): NonNullable<TakenBatch['batch']> {
	return { ...batch, key: `${tx.storeId}:${batch.id}:${batch.epoch}` };
}

/** How a new batch of a lane is taken. */
export function takingOf(lane: LaneRow, now: number, { limit = BATCH_LIMIT, leaseMs = LEASE_MS }: TakeBatch): Parameters<typeof takeDue>[1] {
	return { step_id: lane.id, now, lease_until: now + leaseMs, limit: Math.min(limit, BATCH_LIMIT) };
}

/**
 * Takes the next batch in the transaction in which one was settled: one commit for both. Customers are locked already, so
 * only that is done here which waits for nobody: whoever is due goes into a new batch. A lane in which something is to be
 * done first (waits to be rewritten, a batch to be offered again, a pause) is left to `takeBatch`.
 * @param lanes as `lanesOf` gave them in this transaction
 */
export async function takeNext(tx: Tx, lanes: readonly LaneRow[], input: TakeBatch): Promise<Pick<TakenBatch, 'now' | 'batch'>> {
	const now = await tx.now();
	for (const lane of lanes) {
		if (firstOf(lane, now) > now) continue;
		const isPlain = lane.jobs === null && lane.paused_reason === null && (lane.next_lease === null || lane.next_lease > now);
		if (!isPlain) break;
		const batch = await takeDue(tx, takingOf(lane, now, input));
		if (batch) return { now, batch: withKey(tx, batch) };
	}
	return { now, batch: null };
}
