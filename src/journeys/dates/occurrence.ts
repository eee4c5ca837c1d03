import { DateTime } from 'luxon';
import { instantOf } from '../../ingest/instants';
import { wallInstant } from '../dueAt';
import type { DateEntry } from './definition';

/** A day on the calendar. */
export interface Day {
	year: number;
	month: number;
	day: number;
}

/** An instant at which a date comes near. */
export interface Occurrence {
	/** UTC milliseconds */
	dueAt: number;
	/** the day itself, YYYY-MM-DD */
	date: string;
	offset: number;
}

/**
 * The day that a value means for a customer: a date as it stands, an instant as the day it is in the customer's zone.
 * @returns undefined for what is no date
 */
export function dayOf(value: unknown, zone: string): Day | undefined {
	if (value === null || value === undefined || value === '') return undefined;
	const atMs = instantOf(value, zone);
	if (Number.isNaN(atMs)) return undefined;
	const { year, month, day } = DateTime.fromMillis(atMs, { zone });
	return { year, month, day };
}

/** The calendar day so many days after the one that an instant falls on. @param atMs UTC milliseconds */
export function daysAfter(atMs: number, days: number, zone: string): Day {
	const { year, month, day } = DateTime.fromMillis(atMs, { zone }).startOf('day').plus({ days });
	return { year, month, day };
}

/**
 * The first instant after `afterMs` at which the date comes near.
 * @param afterMs UTC milliseconds, exclusive
 * @param zone IANA zone of the customer
 */
export function nextOccurrence(entry: DateEntry, date: Day, zone: string, afterMs: number, isOpen: (offset: number) => boolean = () => true): Occurrence | undefined {
	const [hour, minute] = entry.time.split(':').map(Number);
	const offsets = entry.offsets.filter(isOpen);
	let next: Occurrence | undefined;
	for (const day of daysNear(entry, date, zone, afterMs)) {
		const midnight = DateTime.fromObject(day, { zone });
		for (const offset of offsets) {
			const dueAt = wallInstant(midnight.plus({ days: offset }).startOf('day'), hour, minute);
			if (dueAt > afterMs && (!next || dueAt < next.dueAt)) next = { dueAt, date: midnight.toISODate() as string, offset };
		}
	}
	return next;
}

/** Whether a day still is one on which the date falls. */
export function fallsOn(entry: DateEntry, date: Day | undefined, day: string): boolean {
	if (!date) return false;
	const year = entry.yearly ? Number(day.slice(0, 4)) : date.year;
	return isoDay(inYear(entry, date, year)) === day;
}

/** The date itself, or the years of it around an instant. */
function daysNear(entry: DateEntry, date: Day, zone: string, afterMs: number): Day[] {
	if (!entry.yearly) return [date];
	const { year } = DateTime.fromMillis(afterMs, { zone });
	const reach = Math.ceil(Math.max(...entry.offsets.map(Math.abs)) / 365);
	const first = Math.max(date.year, year - reach - 1);
	const last = Math.max(first, year + reach + 1);
	return Array.from({ length: last - first + 1 }, (_, index) => inYear(entry, date, first + index));
}

/** 29 February falls on another day in other years. */
function inYear(entry: DateEntry, { month, day, year: given }: Day, year: number): Day {
	if (!entry.yearly || month !== 2 || day !== 29 || isLeap(year)) return { year: entry.yearly ? year : given, month, day };
	return entry.leapDay === 'feb28' ? { year, month: 2, day: 28 } : { year, month: 3, day: 1 };
}

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const isoDay = ({ year, month, day }: Day) => `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
