import { hashOf } from '../../core/hash';
import { loadCustomers, lockRows } from '../../customers/locking';
import type { CustomerRow } from '../../store/plans/customerPlans';
import { datePlans, type DateDueRow } from '../../store/plans/datePlans';
import { write as operation, type Tx } from '../../store/port';
import { readMeta } from '../../store/storeClock';
import { admit } from '../admit';
import { matchesAll } from '../conditions';
import { liveJourneys } from '../liveJourneys';
import { noReaction, type LiveJourney, type Reaction } from '../react';
import type { JourneyEvent } from '../rules';
import { Scene } from '../scene';
import { DATE_NEAR } from './definition';
import { insideOf } from './inside';
import { dueRow, nextOf, schedule, subjectOf, watches, write, type NextOccurrence, type Watch } from './schedule';
import { loadSubjects, subjectsAfter, type Dated } from './subjects';
import type { Occurrence } from './occurrence';
import { instantOfDate, isSameMoment } from './sameInstant';

const PAGE = 500;
/** A limit of entries an hour is looked at again after this long. */
const PACE_MS = 60_000;

export interface EnteredByDate {
	entered: number;
	/** There is more to do at once. */
	more: boolean;
	/** When a date comes near next, UTC milliseconds; null while none is known. */
	nextDueAt: number | null;
}

/**
 * Lets customers enter a journey whose dates have come near, a page at a time, by the same rules as an event does: audience,
 * re-entry, limits. A date, how far from it and whose it is make an entry's key, so that none starts twice, whatever was
 * restarted or run again. Every date is read afresh: one that moved is not believed (J49). Over its hourly limit a journey
 * takes the others in later, as long as its *Oldest Event* allows.
 */
export const enterByDate = operation(async (tx, { journeyKey, limit = PAGE }: { journeyKey: string; limit?: number }): Promise<EnteredByDate> => {
	const watch = (await watches(tx)).find(({ row }) => row.journey_key === journeyKey);
	if (!watch) return { entered: 0, more: false, nextDueAt: null };
	const filling = await fill(tx, watch, Math.min(limit, PAGE));
	const { entered, paced, full } = await enterDue(tx, watch, Math.min(limit, PAGE));
	const next = await tx.first(datePlans.next, { watch_id: watch.row.id });
	const nextDueAt = paced ? (await tx.now()) + PACE_MS : (next?.due_at ?? null);
	return { entered, more: filling || full, nextDueAt };
});

/** Schedules whoever was there before the watch, a page at a time. @returns whether somebody may be left */
async function fill(tx: Tx, watch: Watch, limit: number): Promise<boolean> {
	const { row } = watch;
	const zone = (await readMeta(tx, 'zone')) ?? 'UTC';
	// Those without a zone of their own live by another clock now.
	if (zone !== row.zone) Object.assign(row, { zone, filled: 0, filled_to: 0 });
	else if (row.filled === 1) return false;
	const ids = await subjectsAfter(tx, subjectOf(watch), row.filled_to, limit);
	const { subjects } = await lockedSubjects(tx, watch, ids);
	const now = await tx.now();
	const since = Math.max(row.baseline_at - 1, now - (await maxAge(tx, watch)));
	const before = row.inside_before;
	await schedule(tx, watch, subjects, (subject, customer) => {
		const inside = before === null ? undefined : insideOf(watch.entry, subject, customer, { storeZone: zone, before, now });
		return inside ? inside.dueAt - 1 : since;
	});
	const filled = ids.length < limit;
	await tx.run(datePlans.setFilled, { id: row.id, filled_to: ids[ids.length - 1] ?? row.filled_to, filled: Number(filled), zone });
	return !filled;
}

/**
 * The subjects with their customers locked. A subscription may have changed hands while the lock was waited for: it is `elsewhere`,
 * and its turn comes with the next look.
 */
async function lockedSubjects(tx: Tx, watch: Watch, ids: readonly number[]): Promise<{ subjects: Dated[]; elsewhere: ReadonlySet<number> }> {
	const before = await loadSubjects(tx, subjectOf(watch), ids);
	await lockRows(tx, before.map(({ customerId }) => customerId));
	if (tx.soleWriter) return { subjects: before, elsewhere: new Set() };
	const locked = new Set(before.map(({ customerId }) => customerId));
	const now = await loadSubjects(tx, subjectOf(watch), ids);
	return { subjects: now.filter(({ customerId }) => locked.has(customerId)), elsewhere: new Set(now.flatMap(({ id, customerId }) => (locked.has(customerId) ? [] : [id]))) };
}

async function maxAge(tx: Tx, watch: Watch): Promise<number> {
	return (await liveJourneys(tx, await tx.glance())).find(({ settings }) => settings.key === watch.row.journey_key)?.settings.maxTriggerAgeMs ?? 0;
}

async function enterDue(tx: Tx, watch: Watch, limit: number): Promise<{ entered: number; paced: boolean; full: boolean }> {
	const look = () => tx.glance().then((now) => tx.all(datePlans.due, { watch_id: watch.row.id, now, limit }));
	const before = await look();
	if (before.length === 0) return { entered: 0, paced: false, full: false };
	const { subjects: found, elsewhere } = await lockedSubjects(tx, watch, before.map((row) => row.subject_id));
	const subjects = new Map(found.map((one) => [one.id, one]));
	const now = await tx.now();
	const journeys = await liveJourneys(tx, now);
	const journey = journeys.find(({ settings }) => settings.key === watch.row.journey_key);
	if (!journey?.on) return { entered: 0, paced: false, full: false };
	// Another process may have let some of them in while the locks were waited for.
	const known = new Map((await tx.each(datePlans.ofSubjects, before.map(({ watch_id, subject_id }) => ({ watch_id, subject_id })))).map((row) => [row.subject_id, row]));
	const rows = before.flatMap((row) => { const still = known.get(row.subject_id); return still && still.due_at === row.due_at && !elsewhere.has(row.subject_id) ? [still] : []; });
	const customers = await loadCustomers(tx, [...subjects.values()].map(({ customerId }) => customerId));
	const scene = await Scene.load(tx, [...customers.keys()], journeys, [journey], now);
	const reactions: { customerId: number; reaction: Reaction }[] = [];
	const gone: DateDueRow[] = [];
	const come: DateDueRow[] = [];
	let paced = false;
	for (const row of rows) {
		const subject = subjects.get(row.subject_id);
		const customer = subject && customers.get(subject.customerId);
		const occurrence = subject && comingOf(watch, journey, subject, customer, row, now);
		if (subject && customer && occurrence && occurrence.dueAt <= now) {
			const inside = isInside(watch, subject, customer, occurrence, now);
			const event = inside ? late(eventOf(watch, subject, occurrence), now) : eventOf(watch, subject, occurrence);
			if (scene.limits.isFull(journey) && event.at >= now - journey.settings.maxTriggerAgeMs) {
				paced = true;
				break;
			}
			if (matchesAll(journey.settings.entry.filter, event.properties)) reactions.push({ customerId: customer.id, reaction: enter(scene, journey, watch, scene.subject(customer), event) });
			const next = nextOf(watch, subject, customer, occurrence.dueAt);
			if (next) come.push(dueRow(watch, subject.id, next));
		} else if (occurrence && subject) come.push(dueRow(watch, subject.id, occurrence));
		gone.push(row);
	}
	await scene.save(reactions);
	await write(tx, gone, come);
	return { entered: reactions.filter(({ reaction }) => reaction.entered.length > 0).length, paced, full: !paced && before.length === limit };
}

function enter(scene: Scene, journey: LiveJourney, watch: Watch, subject: ReturnType<Scene['subject']>, event: JourneyEvent): Reaction {
	const reaction = noReaction();
	// It came near before the journey was switched on, or while it was off.
	if (event.at < watch.row.baseline_at) reaction.refused.push({ journey: journey.settings.key, reason: 'journey_off' });
	else if (!scene.slice.of(subject.customer.id, journey.settings.key).some(({ entryEvent }) => entryEvent !== null && isSameMoment(entryEvent.properties, event.properties))) admit(scene, journey, subject, event, reaction);
	// Nothing was refused: this very date has started the customer before.
	reaction.refused = reaction.refused.filter(({ reason }) => reason !== 'already_entered_by_this_date');
	return reaction;
}

/** Came near before the journey was published, with the date still ahead, where those start too. */
function isInside({ row, entry }: Watch, subject: Dated, customer: CustomerRow, { dueAt }: Occurrence, now: number): boolean {
	if (row.inside_before === null || dueAt >= row.inside_before) return false;
	return insideOf(entry, subject, customer, { storeZone: row.zone, before: row.inside_before, now })?.dueAt === dueAt;
}

/** The same entry as at its moment, so that it starts nobody twice, but of now. */
function late(event: JourneyEvent, now: number): JourneyEvent {
	return { ...event, at: now, properties: { ...event.properties, already_inside: true } };
}

/**
 * What a row stands for, read afresh. A date that is learned may turn out to be a little earlier than it was when it was
 * scheduled: of a subject with several dates those are looked at too; by which it has entered, it does not enter again.
 */
function comingOf(watch: Watch, { settings }: LiveJourney, subject: Dated, customer: CustomerRow | undefined, row: DateDueRow, now: number): NextOccurrence | undefined {
	const next = nextOf(watch, subject, customer, row.due_at - 1);
	if (!subject.wanders || !subject.moments || next?.dueAt === row.due_at) return next;
	return nextOf(watch, subject, customer, Math.min(row.due_at, Math.max(watch.row.baseline_at, now - settings.maxTriggerAgeMs)) - 1);
}

function eventOf({ entry }: Watch, subject: Dated, { dueAt, date, offset, moment, also = [] }: NextOccurrence): JourneyEvent {
	const key = [entry.of, entry.field, ...Object.values(subject.identity), ...(moment ? [moment.key, offset] : subject.once ? [] : subject.wanders ? [offset] : [date, offset])].join('/');
	return {
		type: DATE_NEAR,
		at: dueAt,
		eventId: key.length <= 255 ? key : `date:${hashOf(key)}`,
		properties: {
			...subject.identity,
			...subject.properties,
			...subject.propertiesOf?.(entry.field),
			...moment?.properties,
			...(also.length > 0 ? { also: also.map(({ properties }) => properties) } : {}),
			field: entry.field,
			date,
			...instantOfDate(subject, entry.field),
			days_before: offset === 0 ? 0 : -offset,
		},
	};
}
