import { endOfDay } from '../features/orderDays';
import type { DaysOnly } from './daysOnly';
import type { GapPrior } from './gapPrior';
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
	const { numbers, offsets, days } = history;
	const found: { place: number; end: number; day: number }[] = [];
	for (let day = lastDay - NEWEST_DAYS; day >= lastDay - OLDEST_DAYS; day -= STEP_DAYS) {
		for (let place = 0; place < numbers.length; place++) {
			const end = endOfDay(history, place, day);
			const orderDays = end - offsets[place];
			if (orderDays >= fewest && orderDays <= most) found.push({ place, end, day });
		}
	}
	const positions = new Float64Array(found.length * POSITION_SIZE);
	const times = new Float64Array(found.length);
	const ordered = new Uint8Array(found.length);
	found.forEach(({ place, end, day }, row) => {
		const unit = positionAt(days, offsets[place], end, day, prior, positions, row * POSITION_SIZE);
		ordered[row] = end < offsets[place + 1] ? 1 : 0;
		times[row] = ((ordered[row] ? days[end] : lastDay) - day) / unit;
	});
	return sorted({ positions, times, ordered });
}

function sorted({ positions, times, ordered }: Landmarks): Landmarks {
	const order = Uint32Array.from(times.keys()).sort((a, b) => times[b] - times[a] || a - b);
	const moved = { positions: new Float64Array(positions.length), times: new Float64Array(times.length), ordered: new Uint8Array(ordered.length) };
	order.forEach((from, to) => {
		moved.positions.set(positions.subarray(from * POSITION_SIZE, (from + 1) * POSITION_SIZE), to * POSITION_SIZE);
		moved.times[to] = times[from];
		moved.ordered[to] = ordered[from];
	});
	return moved;
}
