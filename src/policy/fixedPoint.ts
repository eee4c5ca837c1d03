import type { Question } from './question';
import type { Hold, TimedCheck } from './timedCheck';

/** Rounds after which the search stops where it is (P08): the message is looked at again there. */
const MAX_ROUNDS = 64;

export interface EarliestInstant {
	/** The first instant open to every check; Infinity when a check is closed for good. */
	atMs: number;
	/** What gave `atMs`: the one that moved it furthest in the last round that moved it, on a tie the first in order. */
	binding: Hold | null;
	/** Every rule that held the message on the way, in the order met. */
	held: string[];
	/** What each check that held the message said last; absent when none did. */
	holds?: ReadonlyMap<TimedCheck, Hold>;
}

/**
 * The fixed point of section 2: every check names its earliest instant, the latest of them is asked again, until none
 * moves it. Each check is closed from where it is asked to what it answers, so no open instant is skipped.
 */
export function earliestInstant(checks: readonly TimedCheck[], question: Question, fromMs: number): EarliestInstant {
	let holds: Map<TimedCheck, Hold> | undefined;
	let atMs = fromMs;
	let binding: Hold | null = null;
	const held: string[] = [];
	for (let round = 0; round < MAX_ROUNDS && atMs !== Infinity; round++) {
		let furthest: Hold | null = null;
		// By place: lists of checks are frozen, and to go through such a list takes a thing for every step.
		for (let place = 0; place < checks.length; place++) {
			const check = checks[place];
			const hold = check.holdAt(atMs, question);
			if (hold === null) continue;
			(holds ??= new Map<TimedCheck, Hold>()).set(check, hold);
			if (!held.includes(hold.rule)) held.push(hold.rule);
			if (furthest === null || hold.untilMs > furthest.untilMs) furthest = hold;
		}
		if (furthest === null) break;
		binding = furthest;
		atMs = furthest.untilMs;
	}
	return { atMs, binding, held, holds };
}

/** Whether no check holds the message at the instant. */
export function isOpen(checks: readonly TimedCheck[], question: Question, ms: number): boolean {
	return checks.every((check) => check.holdAt(ms, question) === null);
}
