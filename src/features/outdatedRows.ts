import type { Bucket } from './bucket';
import type { Marks } from './marks';

export interface OutdatedRows {
	/** Places of the rows to be written whole. */
	standing: number[];
	/** Places of the rows of which drifting figures are written. */
	drifted: number[];
	/** What will have been written then, by place; null: nothing is to be written. */
	written: (Marks & { day: Float64Array }) | null;
}

const TURN_DAYS = 7;

/**
 * Rows that say something else than what was written. Nearly everybody's drifting figures move every day, a little: in turns,
 * each customer's are written once a week, or with whatever else changes of the row.
 * @param inTurns false: drifting figures are written whenever they have moved
 */
export function outdatedRows(numbers: Float64Array, marks: Marks, { numbers: before, tables }: Bucket, today: number, inTurns: boolean): OutdatedRows {
	const last = tables.written.columns;
	const [standing, drifted]: [number[], number[]] = [[], []];
	const written = { standing: marks.standing, drifting: marks.drifting.slice(), day: new Float64Array(numbers.length) };
	let isOther = before.length !== numbers.length;
	for (let [place, row] = [0, 0]; place < numbers.length; place++) {
		while (row < before.length && before[row] < numbers[place]) row++;
		written.day[place] = today;
		if (before[row] !== numbers[place] || last.standing[row] !== marks.standing[place]) standing.push(place);
		else if (inTurns && turnOf(numbers[place], today) === turnOf(numbers[place], last.day[row])) {
			written.drifting[place] = last.drifting[row];
			written.day[place] = last.day[row];
		} else if (last.drifting[row] !== marks.drifting[place]) drifted.push(place);
		isOther ||= before[row] !== numbers[place];
	}
	// Where nobody's turn brought anything new, the turn may come again tomorrow.
	return { standing, drifted, written: isOther || standing.length + drifted.length > 0 ? written : null };
}

/** Which of the customer's weeks a day is in; another seventh of the customers begins one every day. */
const turnOf = (customer: number, day: number) => Math.floor((day + (customer % TURN_DAYS)) / TURN_DAYS);
