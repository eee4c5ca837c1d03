import { unitHash } from '../core/hash';
import { isOpen, type EarliestInstant } from './fixedPoint';
import { forChannel, openUntil } from './quietHours';
import type { Question } from './question';
import type { TimedCheck } from './timedCheck';

const HOURS = new Set(['quiet-hours', 'send-window', 'blackout']);

/**
 * Spreads what quiet hours held over the minutes after their end, so that mornings are no spike (section 5). The shift
 * depends on the key alone; it never passes the deadline, enters the next quiet period or meets another check (P38).
 * @returns the instant of release
 */
export function jittered({ atMs, binding }: EarliestInstant, checks: readonly TimedCheck[], question: Question): number {
	const { request, policy, zone } = question;
	if (policy.jitterMs === 0 || binding === null || !HOURS.has(binding.check) || atMs === Infinity) return atMs;
	const quiet = forChannel(policy.quietHours, request.channel);
	const windows = forChannel(policy.sendWindows, request.channel);
	const closesMs = openUntil(quiet, windows, policy.blackoutDays, zone.candidates, atMs);
	const roomMs = Math.min(policy.jitterMs, (request.deadline ?? Infinity) - atMs, closesMs - atMs - 1);
	const shifted = atMs + Math.floor(unitHash('jitter', request.key) * (Math.max(0, roomMs) + 1));
	return isOpen(checks, question, shifted) ? shifted : atMs;
}
