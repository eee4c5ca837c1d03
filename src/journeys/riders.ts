import { enrolmentPlans, type BriefRider, type Traveller } from '../store/plans/enrolmentPlans';
import { batchPlans } from '../store/plans/batchPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { waitsOf } from './batchItems';

/** Somebody in a batch: the wait they come from, and who they are unless they have left the journey meanwhile. */
export interface Rider {
	wait: Pick<WaitRow, 'due_at' | 'enrolment_id' | 'visit' | 'spec' | 'item'>;
	traveller: Traveller | undefined;
}

/** Everybody in a batch, those first who were due first; nobody when there is no such batch. */
export async function ridersOf(tx: Tx, batch: number): Promise<Rider[]> {
	if (tx.lists) {
		const [common, rows] = await Promise.all([tx.first(batchPlans.spec, { id: batch }), tx.lists.all(enrolmentPlans.riders, { batch })]);
		const riders = rows.map((row) => ({ wait: Object.assign(row, { spec: row.spec ?? (common?.spec as string), item: row.item ?? '{}' }), traveller: whoItIs(row) }));
		return riders.sort(({ wait: a }, { wait: b }) => a.due_at - b.due_at || a.enrolment_id - b.enrolment_id || a.visit - b.visit);
	}
	const kept = await tx.first(batchPlans.get, { id: batch });
	const waits = kept ? waitsOf(kept) : [];
	const ids = [...new Set(waits.map((wait) => wait.enrolment_id))];
	const travellers = new Map((ids.length === 0 ? [] : await tx.all(enrolmentPlans.travellers, { ids })).map((row) => [row.id, row]));
	return waits.map((wait) => ({ wait, traveller: travellers.get(wait.enrolment_id) }));
}

function whoItIs(row: BriefRider): Traveller | undefined {
	return row.key === null ? undefined : Object.assign(row, { key: row.key, vip: row.vip ?? 0, attributes: row.attributes ?? '{}' });
}
