import { subscriptionPlans } from '../../store/plans/subscriptionPlans';
import { datePlans } from '../../store/plans/datePlans';
import { loadCustomers } from '../../customers/locking';
import { moveDays } from '../../ingest/subscriptionDates';
import { cancelEnrolmentMessages } from '../../policy/withdraw';
import type { Tx } from '../../store/port';
import { customerZone } from '../customerZone';
import { liveJourneys } from '../liveJourneys';
import { JourneySlice, OPEN, type Enrolment } from '../slice';
import { DATE_NEAR, type DateSubject } from './definition';
import { dayOf, fallsOn } from './occurrence';
import { isStill } from './sameInstant';
import { schedule, subjectOf, watches, type Watch } from './schedule';
import { loadSubjects, type Dated } from './subjects';

/** Theirs are moments, not dates that are changed. */
const HAVE_MOMENTS = new Set<DateSubject>(['owned', 'nextGoods']);

export interface Changed {
	/** Customers whose profile changed. */
	customers?: readonly number[];
	/** Customers whose local time changed: the dates of all that is theirs come near at other instants. */
	moved?: readonly number[];
	subscriptions?: readonly number[];
	orders?: readonly number[];
	/** Customers who are expected to order on another day. */
	predicted?: readonly number[];
	/** Customers who bought something, or gave it back. */
	bought?: readonly number[];
}

/**
 * Keeps the schedule of dates right after a change, in the transaction that made it, and takes customers out of journeys
 * that they entered by a date which is not so any more (J49). The customers are locked by the caller.
 * @param history what is filled in starts nobody: only instants to come count (journeys.md section 5)
 */
export async function datesChanged(tx: Tx, changed: Changed, now: number, history: boolean): Promise<void> {
	await moveDays(tx, await loadCustomers(tx, changed.moved ?? []));
	const all = await watches(tx);
	if (all.length === 0) return;
	const ages = new Map((await liveJourneys(tx, now)).map(({ settings }) => [settings.key, settings.maxTriggerAgeMs]));
	for (const watch of all) {
		const ids = await idsOf(tx, subjectOf(watch), changed);
		const subjects = await loadSubjects(tx, subjectOf(watch), ids);
		const since = history ? now : now - (ages.get(watch.row.journey_key) ?? 0);
		await schedule(tx, watch, subjects, Math.max(watch.row.baseline_at - 1, since));
		if (!history && watch.entry.onChange === 'leave' && !HAVE_MOMENTS.has(subjectOf(watch))) await endOutdated(tx, watch, subjects, now);
	}
}

async function idsOf(tx: Tx, of: DateSubject, { customers = [], moved = [], subscriptions = [], orders = [], predicted = [], bought = [] }: Changed): Promise<number[]> {
	if (of === 'nextPurchase') return [...new Set([...predicted, ...moved])];
	if (of === 'nextGoods') return [...new Set([...bought, ...moved])];
	if (of === 'customer') return [...new Set([...customers, ...moved])];
	if (of === 'subscription') return [...new Set([...subscriptions, ...(moved.length === 0 ? [] : (await tx.all(subscriptionPlans.ofCustomers, { ids: [...moved] })).map(({ id }) => id))])];
	return [...new Set([...orders, ...(moved.length === 0 ? [] : (await tx.all(datePlans.ordersOfCustomers, { ids: [...moved] })).map(({ id }) => id))])];
}

async function endOutdated(tx: Tx, watch: Watch, subjects: readonly Dated[], now: number): Promise<void> {
	const slice = await JourneySlice.load(tx, subjects.map(({ customerId }) => customerId));
	const entered = slice.enrolments.filter((one) => one.journey_key === watch.row.journey_key && OPEN.has(one.status) && one.entryEvent?.type === DATE_NEAR);
	if (entered.length === 0) return;
	const customers = await loadCustomers(tx, entered.map((one) => one.customer_id));
	const ended: Enrolment[] = [];
	for (const enrolment of entered) {
		const subject = subjects.find((one) => one.customerId === enrolment.customer_id && isOf(one, enrolment));
		const customer = customers.get(enrolment.customer_id);
		if (!subject || !customer || isStill(subject, watch.entry.field, enrolment.entryEvent?.properties ?? {})) continue;
		const day = dayOf(subject.value(watch.entry.field), customerZone(customer, watch.row.zone));
		if (fallsOn(watch.entry, day, String(enrolment.entryEvent?.properties.date))) continue;
		slice.end(enrolment, 'exited', day ? 'date_changed' : 'date_removed', now);
		ended.push(enrolment);
	}
	await slice.save(now);
	await cancelEnrolmentMessages(tx, ended.map(({ id }) => id), now);
}

function isOf(subject: Dated, { entryEvent }: Enrolment): boolean {
	return Object.entries(subject.identity).every(([name, value]) => entryEvent?.properties[name] === value);
}
