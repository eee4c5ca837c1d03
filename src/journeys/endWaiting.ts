import { lockRows } from '../customers/locking';
import { cancelEnrolmentMessages } from '../policy/withdraw';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { moveWaits } from './moveWaits';
import { JourneySlice, OPEN } from './slice';

/**
 * Takes customers out of a journey who wait, wherever else in it they stand, with their held messages. Locks the customers.
 * @param waits which enrolments; as rows of the table `wait`, or as they stand in a batch
 * @param reason kept as the enrolment's end
 * @returns how many left
 */
export async function endWaiting(tx: Tx, waits: readonly Pick<WaitRow, 'step_id' | 'due_at' | 'enrolment_id' | 'visit' | 'customer_id'>[], reason: string): Promise<number> {
	const left = await endEnrolments(tx, waits, reason);
	// A wait of an enrolment that has ended already has no business there.
	await moveWaits(tx, waits.map((from) => ({ from })));
	return left;
}

/** The same for enrolments wherever they stand, those set aside too. */
export async function endEnrolments(tx: Tx, rows: readonly { enrolment_id: number; customer_id: number }[], reason: string): Promise<number> {
	if (rows.length === 0) return 0;
	const customers = rows.map((row) => row.customer_id);
	await lockRows(tx, customers);
	const now = await tx.now();
	const slice = await JourneySlice.load(tx, customers);
	const asked = new Set(rows.map((row) => row.enrolment_id));
	const leaving = slice.enrolments.filter((one) => asked.has(one.id) && (OPEN.has(one.status) || one.status === 'failed'));
	for (const one of leaving) slice.end(one, 'exited', reason, now);
	await slice.save(now);
	await cancelEnrolmentMessages(tx, leaving.map(({ id }) => id), now);
	return leaving.length;
}
