import { batchPlans } from '../store/plans/batchPlans';
import { lanePlans } from '../store/plans/lanePlans';
import type { StepRow } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import { endWaiting } from './endWaiting';
import { lockBatch } from './lockBatch';

/** Customers in one call. */
export const PIECE = 500;

/**
 * Takes everybody out of their journeys who stands in these lanes, and whom nobody works on.
 * @param reason kept as the enrolments' end
 * @returns how many left, up to a piece; 0: nobody is left
 */
export async function emptyLanes(tx: Tx, lanes: readonly StepRow[], reason: string, now: number): Promise<number> {
	for (const lane of lanes) {
		const waits = await tx.all(lanePlans.earliest, { step_id: lane.id, until: Number.MAX_SAFE_INTEGER, limit: PIECE });
		if (waits.length > 0) return Math.max(1, await endWaiting(tx, waits, reason));
		for (const ref of await tx.all(lanePlans.idleBatches, { step_id: lane.id, now, limit: 1 })) {
			const locked = await lockBatch(tx, ref);
			if (!locked) continue;
			await endWaiting(tx, locked.waits, reason);
			await tx.run(batchPlans.remove, ref);
			return Math.max(1, locked.waits.length);
		}
	}
	return 0;
}
