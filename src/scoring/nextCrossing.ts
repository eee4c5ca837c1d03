import { actionPoints, levelOf, rounded, type Earned } from './points';
import type { LeadRules } from './rules';

/** Crossings are found to the second. */
const EXACT_MS = 1_000;
/** After so many of the longest half-lives nothing is left that could cross anything. */
const HALF_LIVES = 40;
const DAY_MS = 86_400_000;
/** A score that runs along a threshold is looked at again rather than searched for ever. */
const MOST_LOOKS = 5_000;

/**
 * The first instant after `after` at which decay alone takes the lead to another level; null: never. Good signs that fade take
 * the score down, bad ones that fade take it up; within a stretch of time it stays between what remains of each at both ends.
 * @returns UTC milliseconds; where the search was given up, an instant before which nothing is crossed
 */
export function nextCrossing(rules: LeadRules, earned: Earned, facts: number, after: number): number | null {
	const halfLives = rules.actions.flatMap(({ halfLifeDays }, place) => (halfLifeDays !== null && earned.actions[place] !== 0 ? [halfLifeDays] : []));
	if (halfLives.length === 0) return null;
	const end = after + Math.ceil(Math.max(...halfLives) * HALF_LIVES * DAY_MS);
	const pointsAt = (at: number) => actionPoints(rules, earned, at);
	const level = levelOf(rules, total(pointsAt(after), facts));
	let looks = 0;
	const search = (from: number, to: number, fromPoints: readonly number[], toPoints: readonly number[]): number | null => {
		let [least, most] = [facts, facts];
		fromPoints.forEach((points, place) => {
			least += Math.min(points, toPoints[place]);
			most += Math.max(points, toPoints[place]);
		});
		if (levelOf(rules, rounded(least)) === level && levelOf(rules, rounded(most)) === level) return null;
		if (to - from <= EXACT_MS) return levelOf(rules, total(toPoints, facts)) === level ? null : to;
		if (++looks > MOST_LOOKS) return from;
		const middle = Math.floor((from + to) / 2);
		const middlePoints = pointsAt(middle);
		return search(from, middle, fromPoints, middlePoints) ?? search(middle, to, middlePoints, toPoints);
	};
	const found = search(after, end, pointsAt(after), pointsAt(end));
	return found === null ? null : Math.max(found, after + EXACT_MS);
}

function total(points: readonly number[], facts: number): number {
	return rounded(points.reduce((sum, one) => sum + one, facts));
}
