import { nextRound } from '../segments/sweep';
import { waitPlans } from '../store/plans/waitPlans';
import { datePlans } from '../store/plans/datePlans';
import { leadPlans } from '../store/plans/leadPlans';
import { stagePlans } from '../store/plans/stagePlans';
import { read } from '../store/port';

/**
 * The earliest instant strictly after `after` at which something in the store falls due by itself: a wait is over, a held
 * message is judged again, a held entry has been quiet long enough, a batch that rests after a failure is offered again, a date
 * comes near, a lead's score may cross a threshold, a lifecycle stage may change.
 * `at`: `null` when nobody waits for anything. A replay moves its clock by it. `filling`: dates are still being put on the
 * schedule, so an earlier instant may come yet. `roundAt`: when a segment that journeys listen to is looked at again for whom time
 * alone brings in or out, which has no end; `null` when there is none.
 * @param after UTC milliseconds
 */
export const nextDue = read(async (tx, { after }: { after: number }): Promise<{ at: number | null; filling: boolean; roundAt: number | null }> => {
	const instants = [(await tx.first(waitPlans.nextDueAfter, { after }))?.at, (await tx.first(datePlans.nextAfter, { after }))?.at, (await tx.first(leadPlans.nextCheck, { after }))?.at, (await tx.first(stagePlans.next, { after }))?.at].filter((at) => at !== null && at !== undefined);
	const filling = (await tx.all(datePlans.watches, {})).some(({ filled, retired_at: retiredAt }) => filled !== 1 && retiredAt === null);
	return { at: instants.length === 0 ? null : Math.min(...instants), filling, roundAt: await nextRound(tx, after) };
});
