import type { DayPeriod, Policy } from '../policy';
import { questionOf } from '../question';
import { blackoutUntil, forChannel, nextSendWindow, quietUntil } from '../quietHours';
import type { ZoneClock } from '../zoneClock';
import type { Candidate } from './change';
import type { World } from './world';

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** What of the hours stood against a message: quiet hours that end earlier or start later, a send window a little wider, one date less. */
export function hourChanges(world: World): Candidate[] {
	const { request, facts, policy, nowMs } = world;
	if (facts.customer === null || request.class === 'transactional' || (request.class === 'service' && request.urgent)) return [];
	const zones = questionOf(request, facts, policy, nowMs).zone.candidates;
	return [...quietChanges(world, zones), ...windowChanges(world, zones), ...blackoutChanges(policy, zones, nowMs)];
}

function quietChanges({ policy, request, nowMs }: World, zones: readonly ZoneClock[]): Candidate[] {
	const holding = forChannel(policy.quietHours, request.channel).filter((period) => quietUntil([period], zones, nowMs) > nowMs);
	return holding.map((period) => {
		const shifted = shifts(period, zones, nowMs, { start: 1, end: 0 }).find(({ to }) => quietUntil([to], zones, nowMs) === nowMs);
		return candidate('quiet-hours', period, shifted, (changed, to) => ({ quietHours: replaced(changed.quietHours, period, to) }));
	});
}

function windowChanges({ policy, request, nowMs }: World, zones: readonly ZoneClock[]): Candidate[] {
	const windows = forChannel(policy.sendWindows, request.channel);
	if (windows.length === 0 || nextSendWindow(windows, zones, nowMs) === nowMs) return [];
	const wider = windows
		.flatMap((period) => shifts(period, zones, nowMs, { start: 0, end: 1 }).map((shift) => ({ period, shift })))
		.filter(({ shift }) => nextSendWindow([shift.to], zones, nowMs) === nowMs)
		.sort((a, b) => a.shift.minutes - b.shift.minutes)[0];
	const [period, shift] = wider ? [wider.period, wider.shift] : [windows[0] as DayPeriod, undefined];
	// Where no window reaches the instant (another day of the week), there would have to be none at all for this channel.
	return [candidate('send-window', period, shift, (changed, to) => ({ sendWindows: to === null ? changed.sendWindows.filter((one) => !windows.includes(one)) : replaced(changed.sendWindows, period, to) }))];
}

function blackoutChanges(policy: Policy, zones: readonly ZoneClock[], nowMs: number): Candidate[] {
	return policy.blackoutDays
		.filter((day) => blackoutUntil([day], zones, nowMs) > nowMs)
		.map((day) => ({
			change: { kind: 'blackout', date: new Date(day * DAY_MS).toISOString().slice(0, 10) },
			size: 1,
			apply: (world) => ({ ...world, policy: { ...world.policy, blackoutDays: world.policy.blackoutDays.filter((one) => one !== day) } }),
		}));
}

interface Shift {
	edge: 'start' | 'end';
	to: DayPeriod;
	minutes: number;
}

/**
 * A period with one edge moved to the minute of the instant, the smaller move first.
 * @param past minutes that the edge lies after the minute of the instant: `start` and `end` are both exclusive of it for quiet
 *   hours (starts after it, ends at it), and both inclusive for a window
 */
function shifts(period: DayPeriod, zones: readonly ZoneClock[], nowMs: number, past: { start: 0 | 1; end: 0 | 1 }): Shift[] {
	const minutes = [...new Set(zones.map((zone) => Math.floor((((nowMs + zone.offsetAt(nowMs)) % DAY_MS) + DAY_MS) / MINUTE_MS) % DAY_MINUTES))];
	const moved = minutes.flatMap((minute): Shift[] => {
		const start = (minute + past.start) % DAY_MINUTES;
		const end = (minute + past.end) % DAY_MINUTES;
		return [
			{ edge: 'start', to: { ...period, startMinute: start }, minutes: distance(period.startMinute, start) },
			{ edge: 'end', to: { ...period, endMinute: end }, minutes: distance(period.endMinute, end) },
		];
	});
	// Where start and end meet, the period would be the whole day.
	return moved.filter(({ to }) => to.startMinute !== to.endMinute).sort((a, b) => a.minutes - b.minutes);
}

function candidate(kind: 'quiet-hours' | 'send-window', period: DayPeriod, shift: Shift | undefined, change: (policy: Policy, to: DayPeriod | null) => Partial<Policy>): Candidate {
	const edge = shift?.edge ?? 'none';
	const minuteOf = (one: DayPeriod) => (edge === 'end' ? one.endMinute : one.startMinute);
	return {
		change: { kind, edge, from: edge === 'none' ? `${clock(period.startMinute)}-${clock(period.endMinute)}` : clock(minuteOf(period)), to: shift ? clock(minuteOf(shift.to)) : null },
		size: shift?.minutes ?? DAY_MINUTES,
		apply: (world) => ({ ...world, policy: { ...world.policy, ...change(world.policy, shift?.to ?? null) } }),
	};
}

function replaced(periods: readonly DayPeriod[], period: DayPeriod, to: DayPeriod | null): DayPeriod[] {
	return periods.flatMap((one) => (one === period ? (to === null ? [] : [to]) : [one]));
}

const distance = (a: number, b: number) => Math.min((a - b + DAY_MINUTES) % DAY_MINUTES, (b - a + DAY_MINUTES) % DAY_MINUTES);
const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
