import { customerZone } from '../customerZone';
import { read } from '../../store/port';
import { loadCustomers } from '../../customers/locking';
import type { CustomerRow } from '../../store/plans/customerPlans';
import { readMeta } from '../../store/storeClock';
import { startOfDay } from '../../ingest/instants';
import { dateEntry, type DateEntry } from './definition';
import { dayOf, daysAfter, nextOccurrence, type Day, type Occurrence } from './occurrence';
import { loadSubjects, subjectsAfter, type Dated } from './subjects';

const DAY_MS = 86_400_000;
const PAGE = 500;

/**
 * The latest moment of a subject that has passed while its date is still ahead: then it is inside, as a subscription that
 * expires in 12 days is for a journey that starts 30 days before. Moments on the date or after it have no inside.
 * @param storeZone the shop's, for customers without one
 * @param before moments up to here have passed, UTC milliseconds
 * @param now the date lies after it, UTC milliseconds
 */
export function insideOf(entry: DateEntry, subject: Dated, customer: CustomerRow | undefined, { storeZone, before, now }: { storeZone: string; before: number; now: number }): Occurrence | undefined {
	if (!customer || customer.erased_at !== null) return undefined;
	const zone = customerZone(customer, storeZone);
	const days = subject.moments ? subject.moments(entry.field).map(({ at, days: after, since }) => ({ day: daysAfter(at, after, zone), since })) : [{ day: dayOf(subject.value(entry.field), zone), since: undefined }];
	const found = days.flatMap(({ day, since }) => (day ? (latestInside(entry, subject, { day, since, zone, before, now }) ?? []) : []));
	return found.reduce<Occurrence | undefined>((latest, one) => (latest && latest.dueAt >= one.dueAt ? latest : one), undefined);
}

function latestInside(entry: DateEntry, subject: Dated, { day, since, zone, before, now }: { day: Day; since: number | undefined; zone: string; before: number; now: number }): Occurrence | undefined {
	const isOpen = (offset: number) => offset < 0 && subject.isOpen(offset);
	const furthest = Math.min(0, ...entry.offsets);
	let found: Occurrence | undefined;
	let after = Math.max(before + (furthest - 2) * DAY_MS, since ?? Number.NEGATIVE_INFINITY);
	for (;;) {
		const next = nextOccurrence(entry, day, zone, after, isOpen);
		if (!next || next.dueAt >= before) return found;
		if (startOfDay(next.date, zone) > now) found = next;
		after = next.dueAt;
	}
}

/** How many would start at once, were a journey with this date published now: a page of them. @param after where the page before ended */
export const countInside = read(async (tx, input: { date: unknown; after: number }): Promise<{ inside: number; lookedAt: number; after: number; done: boolean }> => {
	const entry = dateEntry.parse(input.date);
	const now = await tx.now();
	const storeZone = (await readMeta(tx, 'zone')) ?? 'UTC';
	const ids = await subjectsAfter(tx, entry.of, input.after, PAGE);
	const subjects = await loadSubjects(tx, entry.of, ids);
	const customers = await loadCustomers(tx, subjects.map(({ customerId }) => customerId));
	const inside = subjects.filter((subject) => insideOf(entry, subject, customers.get(subject.customerId), { storeZone, before: now, now })).length;
	return { inside, lookedAt: subjects.length, after: ids.at(-1) ?? input.after, done: ids.length < PAGE };
});
