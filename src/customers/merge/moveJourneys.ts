import { CONTROL } from '../../experiments/assign';
import { JourneySlice, type Enrolment } from '../../journeys/slice';
import { FOLLOWS_ENROLMENT } from '../../store/plans/follows';
import { mergePlans, moveOfEnrolments, type MovedEnrolment } from '../../store/plans/mergePlans';
import type { Tx } from '../../store/port';
import { changeInBatches, rowsInBatches } from './inBatches';
import type { Restore } from './restore';
import { endTwins } from './twins';

/** Why an enrolment is left out of comparisons: its customer met two arms. */
const MIXED_EXPOSURE = 'mixed_exposure';

/**
 * Unites the journeys of two customers (journeys.md section 6): who is on a way twice goes on once, everything else comes
 * to the survivor as it is, waits and batches under way included. Nobody enters, leaves or goes on because of it.
 * @returns what an unmerge needs, and the enrolments that moved
 */
export async function moveJourneys(tx: Tx, survivorId: number, otherId: number, now: number): Promise<Pick<Restore, 'enrolments' | 'ended'> & { moved: Enrolment[] }> {
	// Waits before batches: what a release takes at this moment is in its batch by the time the waits can be changed.
	for (const table of FOLLOWS_ENROLMENT) await tx.run(moveOfEnrolments[table], { from: otherId, to: survivorId });
	await changeInBatches(tx, otherId, (row) => ({ ...row, customer_id: survivorId }));
	const slice = await JourneySlice.load(tx, [survivorId, otherId]);
	const ended = await endTwins(tx, slice, survivorId, otherId, await rowsInBatches(tx, survivorId), now);
	const moved = slice.enrolments.filter((enrolment) => enrolment.customer_id === otherId);
	const before = moved.map(({ id, generation, variant }) => ({ id, generation, variant }));
	await tx.each(mergePlans.moveEnrolments, changes(slice.enrolments, survivorId, otherId));
	return { enrolments: before, ended, moved };
}

/** Where each enrolment goes: later generations of the same entry key, one arm per journey. */
function changes(enrolments: readonly Enrolment[], survivorId: number, otherId: number): MovedEnrolment[] {
	const arms = armsOf(enrolments, survivorId, otherId);
	const generations = new Map<string, number>();
	const name = (one: Enrolment) => `${one.journey_key}\u0000${one.entry_key}`;
	for (const one of enrolments) if (one.customer_id === survivorId) generations.set(name(one), Math.max(one.generation, generations.get(name(one)) ?? 0));
	const result: MovedEnrolment[] = [];
	for (const one of [...enrolments].sort((a, b) => a.generation - b.generation || a.id - b.id)) {
		const arm = one.variant === null ? undefined : arms.get(one.journey_key);
		const variant = arm?.variant ?? one.variant;
		const excluded = arm ? MIXED_EXPOSURE : null;
		if (one.customer_id === otherId) {
			const generation = Math.max(one.generation, (generations.get(name(one)) ?? 0) + 1);
			generations.set(name(one), generation);
			result.push({ id: one.id, from_id: otherId, to_id: survivorId, generation, variant, excluded });
		} else if (arm) result.push({ id: one.id, from_id: survivorId, to_id: survivorId, generation: one.generation, variant, excluded });
	}
	return result;
}

/** Journeys in which the two were in different arms, with the arm from now on: the survivor's, or control where one was in control. */
function armsOf(enrolments: readonly Enrolment[], survivorId: number, otherId: number): Map<string, { variant: string }> {
	const armOf = (customerId: number, journey: string) => enrolments.filter((one) => one.customer_id === customerId && one.journey_key === journey && one.variant !== null).at(-1)?.variant;
	const result = new Map<string, { variant: string }>();
	for (const journey of new Set(enrolments.map((one) => one.journey_key))) {
		const [own, theirs] = [armOf(survivorId, journey), armOf(otherId, journey)];
		if (own && theirs && own !== theirs) result.set(journey, { variant: theirs === CONTROL ? CONTROL : own });
	}
	return result;
}
