import type { Candidate } from './offerCandidates';
import type { OfferSubject } from './offerSubject';

/** A burst is at its peak for so long after an order. */
const PEAK_MS = 7 * 86_400_000;

/**
 * The window of an offer as instants, matched to the customer's rhythm (intelligence.md): regular customers get it inside
 * their usual cycle, where the link's own window is open then; serial ones at the peak of their burst. What goes with a
 * cart is for now. (Long-cycle customers are offered one thing at a time, which {@link recommend} sees to.)
 */
export function inRhythm({ fromDay, untilDay, because }: Candidate, { rhythm, clock, cart }: OfferSubject, today: number, now: number): { from: number; until: number | null } {
	const from = fromDay <= today ? clock.startOfDay(Math.max(fromDay, 0)) : clock.startOfDay(fromDay);
	const until = untilDay >= Number.MAX_SAFE_INTEGER ? null : clock.startOfDay(untilDay + 1) - 1;
	if (!rhythm || because.day === null || cart.length > 0) return { from, until };
	const { pattern, nextFrom, lastOrderAt } = rhythm;
	if (pattern === 'serial' && lastOrderAt !== null && now - lastOrderAt <= PEAK_MS && from > now) return { from: Math.min(from, now), until };
	// From the morning on, as every window: who comes back on that day, at whatever hour, is not too early.
	const cycle = nextFrom === null ? null : clock.startOfDay(clock.localDay(nextFrom));
	if (pattern === 'regular' && cycle !== null && cycle > from && cycle > now && (until === null || cycle <= until)) return { from: cycle, until };
	return { from, until };
}
