import { waitPlans } from '../store/plans/journeyPlans';
import { read } from '../store/port';

/**
 * The earliest instant strictly after `after` at which something in the store falls due by itself: a wait is over, a held
 * message is judged again, a held entry has been quiet long enough, a batch that rests after a failure is offered again.
 * `null` when nobody waits for anything. A replay moves its clock by it.
 * @param after UTC milliseconds
 */
export const nextDue = read(async (tx, { after }: { after: number }): Promise<{ at: number | null }> => ({ at: (await tx.first(waitPlans.nextDueAfter, { after }))?.at ?? null }));
