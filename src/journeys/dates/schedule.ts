import { loadCustomers } from '../../customers/locking';
import { datePlans, type DateDueRow, type DateWatchRow } from '../../store/plans/datePlans';
import type { CustomerRow } from '../../store/plans/customerPlans';
import type { Tx } from '../../store/port';
import { customerZone } from '../customerZone';
import type { DateEntry, DateSubject } from './definition';
import { dayOf, daysAfter, nextOccurrence, type Day, type Occurrence } from './occurrence';
import type { Dated, Moment } from './subjects';

/** A journey's watch over a date, as it is in force. */
export interface Watch {
	row: DateWatchRow;
	entry: DateEntry;
}

/** The watches in force. */
export async function watches(tx: Tx): Promise<Watch[]> {
	const rows = await tx.shopRows(datePlans.watches, {});
	return rows.flatMap((row) => (row.retired_at === null ? [{ row: { ...row }, entry: JSON.parse(row.definition) as DateEntry }] : []));
}

/** When something comes near next, and which of the subject's moments it is. */
export interface NextOccurrence extends Occurrence {
	moment?: Moment;
	/** Others of them that come near at the same instant. */
	also?: Moment[];
}

/** When the date of a subject comes near next. @param after UTC milliseconds, exclusive */
export function nextOf({ row, entry }: Watch, subject: Dated, customer: CustomerRow | undefined, after: number): NextOccurrence | undefined {
	if (!customer || customer.erased_at !== null) return undefined;
	const zone = customerZone(customer, row.zone);
	const next = (day: Day | undefined, moment?: Moment): NextOccurrence[] => {
		const occurrence = day && nextOccurrence(entry, day, zone, Math.max(after, moment?.since ?? after), subject.isOpen);
		return occurrence ? [{ ...occurrence, moment }] : [];
	};
	if (!subject.moments) return next(dayOf(subject.value(entry.field), zone))[0];
	const ahead = subject.moments(entry.field).flatMap((moment) => (moment.isNews && moment.at < row.baseline_at ? [] : next(daysAfter(moment.at, moment.days, zone), moment)));
	const [first, ...later] = ahead.sort((a, b) => a.dueAt - b.dueAt || ((a.moment as Moment).key < (b.moment as Moment).key ? -1 : 1));
	return ahead.length === 0 ? undefined : { ...first, also: later.filter(({ dueAt }) => dueAt === first.dueAt).map(({ moment }) => moment as Moment) };
}

/**
 * Schedules subjects anew after something of them changed. What is scheduled already as it should be is left alone.
 * @param after occurrences up to here are past, UTC milliseconds; or for each subject, where it has a customer
 */
export async function schedule(tx: Tx, watch: Watch, subjects: readonly Dated[], after: number | ((subject: Dated, customer: CustomerRow | undefined) => number)): Promise<void> {
	if (subjects.length === 0) return;
	const customers = await loadCustomers(tx, subjects.map(({ customerId }) => customerId));
	const known = new Map((await tx.each(datePlans.ofSubjects, subjects.map(({ id }) => ({ watch_id: watch.row.id, subject_id: id })))).map((row) => [row.subject_id, row]));
	const gone: DateDueRow[] = [];
	const come: DateDueRow[] = [];
	for (const subject of subjects) {
		const before = known.get(subject.id);
		const customer = customers.get(subject.customerId);
		if (before && same(before, nextOf(watch, subject, customer, before.due_at - 1))) continue;
		const next = nextOf(watch, subject, customer, typeof after === 'number' ? after : after(subject, customer));
		if (before) gone.push(before);
		if (next) come.push(dueRow(watch, subject.id, next));
	}
	await write(tx, gone, come);
}

/** Puts due instants in place of others. */
export async function write(tx: Tx, gone: readonly DateDueRow[], come: readonly DateDueRow[]): Promise<void> {
	await tx.each(datePlans.remove, gone.map(({ watch_id, subject_id }) => ({ watch_id, subject_id })));
	await tx.each(datePlans.add, come);
}

export function dueRow({ row }: Watch, subjectId: number, { dueAt, date, offset }: Occurrence): DateDueRow {
	return { watch_id: row.id, due_at: dueAt, subject_id: subjectId, date, offset_days: offset };
}

export function subjectOf({ row }: Watch): DateSubject {
	return row.subject as DateSubject;
}

function same(row: DateDueRow, next: Occurrence | undefined): boolean {
	return next !== undefined && row.due_at === next.dueAt && row.date === next.date && row.offset_days === next.offset;
}
