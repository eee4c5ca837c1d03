import { MONEY_SCALE } from '../core/money';
import type { Comparison } from './rules';

/** Sums of floats are compared as people write them: to the ten-thousandth. @param actual undefined: there is nothing to compare */
export function holds({ is, value }: Comparison, actual: number | undefined): boolean {
	if (actual === undefined || Number.isNaN(actual)) return false;
	const difference = Math.round((actual - value) * MONEY_SCALE);
	switch (is) {
		case 'atLeast':
			return difference >= 0;
		case 'atMost':
			return difference <= 0;
		case 'exactly':
			return difference === 0;
		case 'moreThan':
			return difference > 0;
		case 'lessThan':
			return difference < 0;
	}
}

/**
 * Whether a comparison holds for a count of which no more is known than that it is between 0 and `most`.
 * @returns undefined: it depends on the count
 */
export function holdsUpTo(compare: Comparison, most: number): boolean | undefined {
	const [none, all] = [holds(compare, 0), holds(compare, most)];
	// What a comparison holds for is all on one side of a value, or that value.
	if (none && all) return true;
	const isWithin = compare.is === 'exactly' && compare.value >= 0 && compare.value <= most;
	return none || all || isWithin ? undefined : false;
}

/** The least count that a comparison holds for. */
export function leastOf({ is, value }: Comparison): number {
	if (is === 'atMost' || is === 'lessThan') return 0;
	return Math.max(0, is === 'moreThan' ? Math.floor(value) + 1 : Math.ceil(value));
}
