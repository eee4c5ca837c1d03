import { enrolmentPlans, type BriefRider, type Traveller } from '../store/plans/enrolmentPlans';
import type { BatchHead } from '../store/plans/batchPlans';
import type { StepRow } from '../store/plans/registryPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { readBatch } from './lockBatch';

/** Somebody in a batch: the wait they come from, and who they are unless they have left the journey meanwhile. */
export interface Rider {
	wait: Pick<WaitRow, 'due_at' | 'enrolment_id' | 'visit' | 'spec' | 'item'>;
	traveller: Traveller | undefined;
}

/** Everybody in a batch of a lane that is locked, those first who were due first. */
export async function ridersOf(tx: Tx, batch: BatchHead, lane: Pick<StepRow, 'journey_key'>): Promise<Rider[]> {
	if (tx.dialect === 'postgres') {
		const riders = (await tx.all(enrolmentPlans.riders, { batch: batch.id })).map((row) => ({ wait: Object.assign(row, { item: row.item ?? '{}' }), traveller: whoItIs(row, lane.journey_key) }));
		return riders.sort(({ wait: a }, { wait: b }) => a.due_at - b.due_at || a.enrolment_id - b.enrolment_id || a.visit - b.visit);
	}
	const { waits } = await readBatch(tx, batch);
	const ids = [...new Set(waits.map((wait) => wait.enrolment_id))];
	const travellers = new Map((ids.length === 0 ? [] : await tx.all(enrolmentPlans.travellers, { ids })).map((row) => [row.id, row]));
	return waits.map((wait) => ({ wait, traveller: travellers.get(wait.enrolment_id) }));
}

/** An enrolment is of the journey whose lane it waits in. */
function whoItIs(row: BriefRider, journeyKey: string): Traveller | undefined {
	return row.key === null ? undefined : Object.assign(row, { key: row.key, journey_key: journeyKey, vip: row.vip ?? 0, attributes: row.attributes ?? '{}' });
}
