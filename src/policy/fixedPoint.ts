import type { TraceLine } from './decision';
import type { Hold, TimedCheck } from './timedChecks';

/** Rounds after which the search stops where it is (P08): the message is looked at again there. */
const MAX_ROUNDS = 64;

export interface EarliestInstant {
	/** The first instant open to every check; Infinity when a check is closed for good. */
	atMs: number;
	/** What gave `atMs`: the one that moved it furthest in the last round that moved it, on a tie the first in order. */
	binding: Hold | null;
	/** Every rule that held the message on the way, in the order met. */
	held: string[];
	trace: TraceLine[];
}

/**
 * The fixed point of section 2: every check names its earliest instant, the latest of them is asked again, until none
 * moves it. Each check is closed from where it is asked to what it answers, so no open instant is skipped.
 */
export function earliestInstant(checks: readonly TimedCheck[], fromMs: number): EarliestInstant {
	let holds: Map<TimedCheck, Hold> | undefined;
	const held: string[] = [];
	let atMs = fromMs;
	let binding: Hold | null = null;
	for (let round = 0; round < MAX_ROUNDS && atMs !== Infinity; round++) {
		let furthest: Hold | null = null;
		for (const check of checks) {
			const hold = check.holdAt(atMs);
			if (hold === null) continue;
			(holds ??= new Map<TimedCheck, Hold>()).set(check, hold);
			if (!held.includes(hold.rule)) held.push(hold.rule);
			if (furthest === null || hold.untilMs > furthest.untilMs) furthest = hold;
		}
		if (furthest === null) break;
		binding = furthest;
		atMs = furthest.untilMs;
	}
	return { atMs, binding, held, trace: checks.map((check) => traceLine(check, holds?.get(check))) };
}

function traceLine({ line }: TimedCheck, hold: Hold | undefined): TraceLine {
	if (hold === undefined) return line;
	const { check, rule, untilMs } = hold;
	return { ...line, outcome: untilMs === Infinity ? 'blocked' : 'blocked_until', ...(untilMs !== Infinity && { untilMs }), ...(check === 'arbitration' && { note: rule }) };
}
