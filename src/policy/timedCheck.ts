import type { CheckName, DropReason, TraceLine } from './decision';
import type { Question } from './question';

/** What holds a message at an instant, and until when. */
export interface Hold {
	check: CheckName;
	/** The binding rule as the decision names it. */
	rule: string;
	/** Infinity: for good. */
	untilMs: number;
	/** The reason when the message is dropped rather than held (section 11, onBlock). */
	dropReason: DropReason;
}

/**
 * One of checks 7 to 11: for an instant, the first one from there on at which it is open. Made once for a policy, and asked
 * about every message that it speaks to.
 */
export interface TimedCheck {
	/** Its line in the trace while it is open, or because it is not asked. */
	line(question: Question): TraceLine;
	/** null: open at `ms`. */
	holdAt(ms: number, question: Question): Hold | null;
}

/** A hold that ends at `untilMs`; null where that has come. */
export function holdUntil(untilMs: number, ms: number, check: CheckName, rule: string, dropReason: DropReason): Hold | null {
	return untilMs > ms ? { check, rule, untilMs, dropReason } : null;
}
