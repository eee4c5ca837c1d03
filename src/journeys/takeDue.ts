import { batchPlans, type BatchRow } from '../store/plans/batchPlans';
import { waitPlans } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { keeping, waitsOf } from './batchItems';
import { BATCH_LIMIT_BYTES } from './item';

/** A batch as its node hears of it. */
export interface Taken {
	id: number;
	epoch: number;
	size: number;
}

/** Takes the customers of a lane who are due into a new batch: at most `limit`, and at most 4 MiB of what they carry. */
export async function takeDue(tx: Tx, lane: { step_id: number; now: number; lease_until: number; limit: number }): Promise<Taken | undefined> {
	const moved = await tx.first(waitPlans.moveDue, lane);
	if (!moved) return undefined;
	const size = moved.length > BATCH_LIMIT_BYTES ? await putBack(tx, moved.id) : moved.size;
	return { id: moved.id, epoch: 1, size };
}

/** Of a batch that is too heavy, those who come last wait on. @returns how many stay */
async function putBack(tx: Tx, id: number): Promise<number> {
	const batch = (await tx.first(batchPlans.get, { id })) as BatchRow;
	const rows = waitsOf(batch);
	let bytes = 0;
	const fits = rows.findIndex((row) => (bytes += row.item.length + row.spec.length + 200) > BATCH_LIMIT_BYTES);
	if (fits < 0) return rows.length;
	const stay = rows.slice(0, Math.max(1, fits));
	await tx.each(waitPlans.insert, rows.slice(stay.length));
	await tx.run(batchPlans.update, { ...batch, ...keeping(stay) });
	return stay.length;
}
