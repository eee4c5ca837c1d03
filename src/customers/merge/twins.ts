import { type JourneySlice, OPEN, type Enrolment } from '../../journeys/slice';
import { enrolmentName } from '../../journeys/place';
import type { JourneySettings } from '../../journeys/settings';
import type { WaitSpec } from '../../journeys/waitSpec';
import { MAILING_PREFIX } from '../../policy/mailingPrefix';
import { cancelEnrolmentMessages } from '../../policy/withdraw';
import { registryPlans } from '../../store/plans/registryPlans';
import type { WaitRow } from '../../store/plans/waitPlans';
import { mergePlans } from '../../store/plans/mergePlans';
import { decisionPlans } from '../../store/plans/policyPlans';
import type { Tx } from '../../store/port';
import type { EndedTwin } from './restore';

/** End reason of an enrolment whose customer is on the same way a second time by a merge. */
export const MERGED_DUPLICATE = 'merged_duplicate';

/**
 * Two customers who become one may be on the same way twice: in the same journey under the same entry key, in a journey
 * that takes everybody once at a time, or with the same mailing held for both. The one further along stays (the survivor's
 * when both are as far), the other ends as `merged_duplicate` with its waits and held messages.
 * Both customers are locked by the caller, and still have their own enrolments.
 * @param inBatches waits of the two that a release has taken
 * @returns what is needed to let the ended ones go on after an unmerge
 */
export async function endTwins(tx: Tx, slice: JourneySlice, survivorId: number, otherId: number, inBatches: readonly WaitRow[], now: number): Promise<EndedTwin[]> {
	const settings = new Map((await tx.all(registryPlans.journeys, {})).map((row) => [row.key, JSON.parse(row.settings) as JourneySettings]));
	const open = slice.enrolments.filter((enrolment) => OPEN.has(enrolment.status));
	const mine = new Set(open.filter((enrolment) => enrolment.customer_id === survivorId));
	const pairs: { stays: Enrolment; ends: Enrolment }[] = [];
	for (const theirs of open.filter((enrolment) => enrolment.customer_id === otherId)) {
		const twin = [...mine].find((one) => one.journey_key === theirs.journey_key && isTwin(slice, settings.get(one.journey_key), one, theirs));
		if (!twin) continue;
		mine.delete(twin);
		const further = theirs.visit - twin.visit || twin.entered_at - theirs.entered_at;
		pairs.push(further > 0 ? { stays: theirs, ends: twin } : { stays: twin, ends: theirs });
	}
	if (pairs.length === 0) return [];
	const held = await tx.all(decisionPlans.held, { ids: [survivorId, otherId] });
	const ended = pairs.map(({ stays, ends }): EndedTwin => {
		const name = enrolmentName(tx.storeId, ends.id);
		const waits = [...slice.waitsOf(ends).flatMap((wait) => wait.stored ?? []), ...inBatches.filter((wait) => wait.enrolment_id === ends.id)];
		const own = held.filter((row) => row.enrolment === name || (isMailing(ends) && row.idem_key === ends.entry_key));
		const twin = { id: ends.id, stayed: stays.id, status: ends.status, visit: ends.visit, waits, held: own.map((row) => ({ idem_key: row.idem_key, until_at: row.until_at as number })) };
		slice.end(ends, 'exited', MERGED_DUPLICATE, now);
		return twin;
	});
	await slice.save(now);
	await cancelEnrolmentMessages(tx, ended.map((twin) => twin.id), now);
	await tx.each(mergePlans.cancelHeld, ended.flatMap((twin) => twin.held.map(({ idem_key }) => ({ idem_key, now }))));
	return ended;
}

function isTwin(slice: JourneySlice, settings: JourneySettings | undefined, a: Enrolment, b: Enrolment): boolean {
	if (isMailing(a)) return channelOf(slice, a) === channelOf(slice, b);
	if (a.entry_key === b.entry_key) return true;
	return settings !== undefined && settings.entry.entryKey.kind === 'event' && settings.reEntry.mode !== 'parallel';
}

export const isMailing = (enrolment: { journey_key: string }) => enrolment.journey_key.startsWith(MAILING_PREFIX);

function channelOf(slice: JourneySlice, enrolment: Enrolment): unknown {
	const spec: WaitSpec | undefined = slice.waitsOf(enrolment)[0]?.spec;
	return spec?.kind === 'policy' ? spec.request.channel : undefined;
}
