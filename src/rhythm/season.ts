/** The part of the year that all orders of a customer lie in, and in how many years they do. */
export interface Season {
	/** Days since 1970-01-01 at which the band began in the first of its years. */
	firstDay: number;
	/** Days of the band. */
	length: number;
	/** Years with orders in the band. */
	years: number;
}

export const YEAR_DAYS = 365.2425;
const LONGEST_DAYS = 92;
const LEAST_SPAN_DAYS = YEAR_DAYS - LONGEST_DAYS;
/** Orders within a fortnight are one visit: chance did not place them one by one. */
const VISIT_DAYS = 14;
const SIGNIFICANT = 0.05;

/**
 * Two or more years with orders in the same band of three months at most, none outside, and less than one chance in twenty
 * that visits would fall together like this: of n points on a circle all lie within an arc of a circle's share a < 1/2 with
 * probability n a^(n-1) (Stevens 1939).
 * @param days ascending, those at [from, end)
 */
export function seasonOf(days: Int32Array, from: number, end: number): Season | undefined {
	if (end - from < 3 || days[end - 1] - days[from] < LEAST_SPAN_DAYS || !fewMonths(days, from, end)) return undefined;
	const band = bandOf(days, from, end);
	if (band.length > LONGEST_DAYS) return undefined;
	let [years, visits, lastYear] = [0, 0, -1];
	for (let at = from; at < end; at++) {
		const year = Math.floor((days[at] - band.firstDay) / YEAR_DAYS + 1e-9);
		if (year !== lastYear) years++;
		lastYear = year;
		if (at === from || days[at] - days[at - 1] > VISIT_DAYS) visits++;
	}
	const byChance = visits * (band.length / YEAR_DAYS) ** (visits - 1);
	return years >= 2 && byChance <= SIGNIFICANT ? { ...band, years } : undefined;
}

/** A first look that most customers do not pass: the orders lie in four twelfths of the year that follow each other. */
function fewMonths(days: Int32Array, from: number, end: number): boolean {
	let months = 0;
	for (let at = from; at < end; at++) {
		const day = days[at];
		months |= day >= 0 && day < MONTHS.length ? MONTHS[day] : monthOf(day);
		if (!FEW_MONTHS[months]) return false;
	}
	return true;
}

/** One bit of twelve. */
const monthOf = (day: number) => 1 << Math.floor((inYear(day) / YEAR_DAYS) * 12);
/** Of the days of a century from 1970-01-01. */
const MONTHS = Uint16Array.from({ length: 36_525 }, (_, day) => monthOf(day));
/** By twelve bits: whether they lie in four twelfths that follow each other. */
const FOURS = Array.from({ length: 12 }, (_, first) => (0b1111 << first) | (0b1111 >>> (12 - first)));
const FEW_MONTHS = Uint8Array.from({ length: 1 << 12 }, (_, months) => (FOURS.some((four) => (months & ~four) === 0) ? 1 : 0));

/** The shortest band around the year that holds all days: what is left beside the longest stretch without any. */
function bandOf(days: Int32Array, from: number, end: number): { firstDay: number; length: number } {
	const places = Float64Array.from(days.subarray(from, end), inYear).sort();
	let [free, start] = [places[0] + YEAR_DAYS - places[places.length - 1], places[0]];
	for (let at = 1; at < places.length; at++) {
		if (places[at] - places[at - 1] <= free) continue;
		free = places[at] - places[at - 1];
		start = places[at];
	}
	const length = Math.max(1, YEAR_DAYS - free);
	const first = days[from];
	const past = (((first - start) % YEAR_DAYS) + YEAR_DAYS) % YEAR_DAYS;
	return { firstDay: past > YEAR_DAYS - 1e-6 ? first : first - past, length };
}

function inYear(day: number): number {
	const place = day % YEAR_DAYS;
	return place < 0 ? place + YEAR_DAYS : place;
}
