import { endOfDay } from '../features/orderDays';
import type { DaysOnly } from './daysOnly';
import type { GapPrior } from './gapPrior';
import { placesFromGreatest } from '../core/placesFromGreatest';
import { POSITION_SIZE, positionAt } from './position';

/**
 * What happened after past days, in columns: at each landmark every customer stood somewhere between two orders, and later
 * ordered or did not (van Houwelingen 2007). Rows are sorted from the longest time to the shortest.
 */
export interface Landmarks {
	/** POSITION_SIZE numbers a row. */
	readonly positions: Float64Array;
	/** Until the next order, else until the last known day, in the customer's own time. */
	readonly times: Float64Array;
	/** 1: the next order came. */
	readonly ordered: Uint8Array;
}

/** A landmark has been watched for a month at least; older ones than nine months say little of today. */
const NEWEST_DAYS = 30;
const OLDEST_DAYS = 250;
/** Falls on every day of the week in turn. */
const STEP_DAYS = 13;

/** @param lastDay the last day that is known @param fewest @param most order days of the customers that are meant, at a landmark */
export function landmarksOf(history: DaysOnly, lastDay: number, prior: GapPrior, fewest: number, most: number): Landmarks {
	const { numbers } = history;
	// More rows than this cannot be found; memory that is not written to costs nothing.
	const mostRows = numbers.length * (1 + Math.floor((OLDEST_DAYS - NEWEST_DAYS) / STEP_DAYS));
	const all: Landmarks = { positions: new Float64Array(mostRows * POSITION_SIZE), times: new Float64Array(mostRows), ordered: new Uint8Array(mostRows) };
	let rows = 0;
	for (let day = lastDay - NEWEST_DAYS; day >= lastDay - OLDEST_DAYS; day -= STEP_DAYS) rows = landmarkAt(history, day, lastDay, prior, fewest, most, all, rows);
	return sorted({ positions: all.positions.subarray(0, rows * POSITION_SIZE), times: all.times.subarray(0, rows), ordered: all.ordered.subarray(0, rows) });
}

/** The rows of one landmark. @returns behind the last of them */
function landmarkAt(history: DaysOnly, day: number, lastDay: number, prior: GapPrior, fewest: number, most: number, into: Landmarks, rows: number): number {
	const { numbers, offsets } = history;
	for (let place = 0; place < numbers.length; place++) {
		const end = endOfDay(history, place, day);
		const orderDays = end - offsets[place];
		if (orderDays >= fewest && orderDays <= most) putRow(history, place, end, day, lastDay, prior, into, rows++);
	}
	return rows;
}

function putRow({ offsets, days }: DaysOnly, place: number, end: number, day: number, lastDay: number, prior: GapPrior, { positions, times, ordered }: Landmarks, row: number): void {
	const unit = positionAt(days, offsets[place], end, day, prior, positions, row * POSITION_SIZE);
	const isOrdered = end < offsets[place + 1];
	ordered[row] = isOrdered ? 1 : 0;
	times[row] = ((isOrdered ? days[end] : lastDay) - day) / unit;
}

function sorted({ positions, times, ordered }: Landmarks): Landmarks {
	const order = placesFromGreatest(times);
	const moved = { positions: new Float64Array(positions.length), times: new Float64Array(times.length), ordered: new Uint8Array(ordered.length) };
	for (let to = 0; to < order.length; to++) {
		const from = order[to];
		for (let place = 0; place < POSITION_SIZE; place++) moved.positions[to * POSITION_SIZE + place] = positions[from * POSITION_SIZE + place];
		moved.times[to] = times[from];
		moved.ordered[to] = ordered[from];
	}
	return moved;
}
