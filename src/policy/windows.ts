import { calendarWindow } from './calendar';
import type { Ledger } from './counting';
import type { Policy, Rule } from './policy';
import type { ZoneClock } from './zoneClock';

/** Checks 8 and 9 (section 4): minimum gap, rolling and calendar windows. Each gives the earliest instant from `ms` on. */

export interface CalendarOf {
	zone: ZoneClock;
	weekStart: Policy['weekStart'];
}

/**
 * @param limit how many the rule allows this customer; 0 means never (P14)
 * @returns the first instant at which one more message fits, `ms` when it fits now, Infinity when it never does
 */
export function capUntil(rule: Rule, limit: number, ledger: Ledger, ms: number, calendar: CalendarOf): number {
	if (!isActive(rule, ms)) return ms;
	return Math.min(limit <= 0 ? Infinity : windowUntil(rule, limit, ledger, ms, calendar), rule.activeToMs);
}

/** A message at exactly `gap` after the last one is allowed. */
export function gapUntil(rule: Rule, ledger: Ledger, ms: number): number {
	if (!isActive(rule, ms)) return ms;
	const last = ledger.times(rule, ms - rule.minGapMs, ms + rule.minGapMs).at(-1);
	return last === undefined ? ms : Math.min(last + rule.minGapMs, rule.activeToMs);
}

export const isActive = (rule: Rule, ms: number): boolean => rule.activeFromMs <= ms && ms < rule.activeToMs;

function windowUntil(rule: Rule, limit: number, ledger: Ledger, ms: number, { zone, weekStart }: CalendarOf): number {
	const { window } = rule;
	if (window.kind === 'rolling') {
		if (ledger.countsFewer(rule, ms - window.ms, ms + window.ms, limit)) return ms;
		return rollingUntil(ledger.times(rule, ms - window.ms, ms + window.ms), window.ms, limit, ms);
	}
	const { startMs, nextMs } = calendarWindow(window.unit, ms, zone, weekStart);
	return ledger.countsFewer(rule, startMs - 1, nextMs, limit) ? ms : nextMs;
}

/**
 * Rolling: allowed at t iff fewer than `limit` messages lie in (t - D, t], so one at exactly `ts + D` is allowed (P03), and
 * the wait ends when the (n - N + 1)-th oldest leaves (P04). Where the clock was stepped back the ledger holds messages
 * later than t: no window that ends at one of them and holds t may overflow either (P19).
 * @param times counted messages in (t - D, t + D), ascending
 */
function rollingUntil(times: readonly number[], windowMs: number, limit: number, ms: number): number {
	for (let newest = times.length - 1; newest >= limit - 1; newest--) {
		const end = Math.max(ms, times[newest]);
		const oldest = times[newest - limit + 1];
		if (oldest > end - windowMs) return oldest + windowMs;
		if (times[newest] <= ms) break;
	}
	return ms;
}
