import type { BatchHead } from '../store/plans/batchPlans';
import { enrolmentPlans, type Traveller } from '../store/plans/enrolmentPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { readBatch } from './lockBatch';

/** Somebody in a batch: the wait they come from, and who they are unless they have left the journey meanwhile. */
export interface Rider {
	wait: Pick<WaitRow, 'due_at' | 'enrolment_id' | 'visit' | 'customer_id' | 'spec' | 'item'>;
	traveller: Traveller | undefined;
}

/** Everybody in a batch that is locked, those first who were due first. */
export async function ridersOf(tx: Tx, batch: BatchHead): Promise<Rider[]> {
	if (tx.dialect === 'postgres') {
		const rows = await tx.all(enrolmentPlans.riders, { batch: batch.id });
		rows.sort((a, b) => a.due_at - b.due_at || a.enrolment_id - b.enrolment_id || a.visit - b.visit);
		return rows.map((row) => ({ wait: row, traveller: row.key === null ? undefined : row }));
	}
	const { waits } = await readBatch(tx, batch);
	const ids = [...new Set(waits.map((wait) => wait.enrolment_id))];
	const travellers = new Map((ids.length === 0 ? [] : await tx.all(enrolmentPlans.travellers, { ids })).map((row) => [row.id, row]));
	return waits.map((wait) => ({ wait, traveller: travellers.get(wait.enrolment_id) }));
}
