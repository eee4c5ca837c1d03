/**
 * The contact policy once more, written to be obvious rather than fast, and sharing nothing with src/policy: wall clocks
 * come from Intl minute by minute, quiet hours are painted on a timeline, and the earliest instant is found by trying every
 * minute, and every instant at which a message leaves a window, one after the other.
 */

const MINUTE = 60_000;
const DAY = 86_400_000;
const BACK = 12 * DAY;
const AHEAD = 28 * DAY;
/** How far the search for an open instant goes. */
const SEARCHED = 18 * DAY;

export interface OracleRule {
	id: string;
	scope: { any?: true; channel?: string; category?: string };
	limit?: number;
	window?: string;
	windowMs?: number;
	minGapMs?: number;
	mode: 'fcfs' | 'reserve_for_higher';
	horizonMs: number;
	activeFromMs?: number;
	activeToMs?: number;
}
export interface OraclePeriod { start: number; end: number; days: number[] }
export interface OracleSend { ts: number; channel: string; category: string }
export interface OracleWaiting extends OracleSend { priority: number }
export interface OracleCase {
	zone: string;
	nowMs: number;
	notBeforeMs?: number;
	channel: string;
	category: string;
	priority: number;
	rules: OracleRule[];
	quiet: OraclePeriod[];
	windows: OraclePeriod[];
	/** Local dates as YYYY-MM-DD. */
	blackout: string[];
	/** Messages that count. */
	sends: OracleSend[];
	waiting: OracleWaiting[];
}

/** Minutes between UTC and the wall clock of one zone, asked once per quarter of an hour. */
class Offsets {
	private static readonly zones = new Map<string, Offsets>();
	private readonly known = new Map<number, number>();
	private readonly format: Intl.DateTimeFormat;

	private constructor(zone: string) {
		this.format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
	}

	static of(zone: string): Offsets {
		const offsets = Offsets.zones.get(zone) ?? new Offsets(zone);
		Offsets.zones.set(zone, offsets);
		return offsets;
	}

	at(quarter: number): number {
		const known = this.known.get(quarter);
		if (known !== undefined) return known;
		const [day, month, year, hour, minute] = this.format.format(quarter * 15 * MINUTE).split(/\D+/).map(Number);
		const offset = Date.UTC(year, month - 1, day, hour, minute) / MINUTE - quarter * 15;
		this.known.set(quarter, offset);
		return offset;
	}
}

/** Wall-clock minutes of every minute around the case, and which of them are closed by the hour. */
export class Timeline {
	private readonly firstMinute: number;
	private readonly wall: number[] = [];
	private readonly quiet: boolean[] = [];
	private readonly open: boolean[] = [];
	private readonly blackout: number[];

	constructor(private readonly test: OracleCase) {
		const offsets = Offsets.of(test.zone);
		const firstQuarter = Math.floor((test.nowMs - BACK) / (15 * MINUTE));
		this.firstMinute = firstQuarter * 15;
		for (let quarter = firstQuarter; quarter < firstQuarter + (BACK + AHEAD) / (15 * MINUTE); quarter++) {
			const offset = offsets.at(quarter);
			for (let minute = quarter * 15; minute < quarter * 15 + 15; minute++) this.wall.push(minute + offset);
		}
		this.blackout = test.blackout.map((date) => Date.parse(date) / DAY);
		for (const period of test.quiet) this.paint(this.quiet, period, 'first', 'last');
		for (const window of test.windows) this.paint(this.open, window, 'last', 'first');
	}

	isQuiet = (ms: number): boolean => this.quiet[this.index(ms)] === true;
	isOutsideWindows = (ms: number): boolean => this.test.windows.length > 0 && this.open[this.index(ms)] !== true;
	isBlackout = (ms: number): boolean => this.blackout.includes(this.date(ms));
	/** Days since 1970-01-01 on the local calendar. */
	date = (ms: number): number => Math.floor(this.wall[this.index(ms)] / 1440);

	private index(ms: number): number {
		return Math.floor(ms / MINUTE) - this.firstMinute;
	}

	private paint(minutes: boolean[], { start, end, days }: OraclePeriod, startOf: 'first' | 'last', endOf: 'first' | 'last'): void {
		const from = Math.floor(this.wall[0] / 1440) + 2;
		for (let day = from; day < from + (BACK + AHEAD) / DAY - 6; day++) {
			if (!days.includes(new Date(day * DAY).getUTCDay())) continue;
			const begin = this.occurrence(day * 1440 + start, startOf);
			const finish = this.occurrence((end <= start ? day + 1 : day) * 1440 + end, endOf);
			for (let index = begin; index < finish; index++) minutes[index] = true;
		}
	}

	/** Where the wall clock shows a minute for the first or last time; when it never does, the first minute after the jump. */
	private occurrence(wallMinute: number, which: 'first' | 'last'): number {
		const near = Math.max(0, wallMinute - this.wall[0] - 26 * 60);
		const shown: number[] = [];
		for (let index = near; index < near + 52 * 60; index++) if (this.wall[index] === wallMinute) shown.push(index);
		if (shown.length > 0) return which === 'first' ? shown[0] : shown[shown.length - 1];
		for (let index = near; index < near + 52 * 60; index++) if (this.wall[index] > wallMinute) return index;
		throw new Error('beyond the timeline');
	}
}

const covers = ({ scope }: OracleRule, message: OracleSend): boolean =>
	(scope.channel === undefined || scope.channel === message.channel) &&
	(scope.category === undefined || `${message.category}/`.startsWith(`${scope.category}/`));

/** Names, one after the other, everything that stands against the message at an instant. */
export function* against(test: OracleCase, timeline: Timeline, ms: number): Generator<string> {
	if (timeline.isQuiet(ms)) yield 'quiet-hours';
	if (timeline.isOutsideWindows(ms)) yield 'send-window';
	if (timeline.isBlackout(ms)) yield 'blackout';
	for (const rule of test.rules) {
		if (!covers(rule, { ts: ms, channel: test.channel, category: test.category })) continue;
		if (ms < (rule.activeFromMs ?? -Infinity) || ms >= (rule.activeToMs ?? Infinity)) continue;
		const sends = test.sends.filter((send) => covers(rule, send));
		if (rule.minGapMs !== undefined && sends.some(({ ts }) => Math.abs(ms - ts) < rule.minGapMs!)) yield rule.id;
		if (rule.limit === undefined) continue;
		if (overflows(rule, sends, ms, timeline)) yield rule.id;
		if (rule.mode === 'reserve_for_higher') {
			const higher = test.waiting.filter((one) => covers(rule, one) && one.priority > test.priority && isAhead(one.ts, rule, ms, test.nowMs));
			if (higher.length > 0 && inWindow(rule, sends, ms, timeline) + higher.length >= rule.limit) yield 'outranked';
		}
	}
}

/** Planned within the horizon; or due in the last minute, for one second from now on. */
function isAhead(plannedMs: number, rule: OracleRule, ms: number, nowMs: number): boolean {
	if (plannedMs <= nowMs) return nowMs - plannedMs <= MINUTE && ms - nowMs < 1_000;
	return plannedMs > ms && plannedMs - ms <= rule.horizonMs;
}

function inWindow(rule: OracleRule, sends: OracleSend[], ms: number, timeline: Timeline): number {
	if (rule.windowMs !== undefined) return sends.filter(({ ts }) => ms - rule.windowMs! < ts && ts <= ms).length;
	return sends.filter(({ ts }) => sameWindow(rule.window!, timeline.date(ts), timeline.date(ms))).length;
}

function sameWindow(window: string, one: number, other: number): boolean {
	if (window === 'day') return one === other;
	if (window === 'week') return Math.floor((one + 3) / 7) === Math.floor((other + 3) / 7);
	return new Date(one * DAY).toISOString().slice(0, 7) === new Date(other * DAY).toISOString().slice(0, 7);
}

/** Whether some window of the rule would hold more than its limit, were the message sent at `ms`. */
function overflows(rule: OracleRule, sends: OracleSend[], ms: number, timeline: Timeline): boolean {
	if (rule.windowMs === undefined) return inWindow(rule, sends, ms, timeline) >= rule.limit!;
	const all = [...sends.map(({ ts }) => ts), ms];
	return all.some((end) => end - rule.windowMs! < ms && ms <= end && all.filter((ts) => end - rule.windowMs! < ts && ts <= end).length > rule.limit!);
}

/** The first instant from the planned one on at which nothing stands against the message; null when none is near. */
export function earliestByTrying(test: OracleCase, timeline: Timeline): number | null {
	const plannedMs = Math.max(test.nowMs, test.notBeforeMs ?? test.nowMs);
	const lastMs = test.nowMs + SEARCHED;
	const isOpen = (ms: number) => against(test, timeline, ms).next().done === true;
	const changes = test.rules.flatMap((rule) => [
		...test.sends.flatMap(({ ts }) => [ts + (rule.windowMs ?? 0), ts + (rule.minGapMs ?? 0)]),
		...test.waiting.map(({ ts }) => ts),
		rule.activeToMs ?? 0,
	]);
	const odd = [plannedMs, test.nowMs + 1_000, ...changes].filter((ms) => ms >= plannedMs && ms <= lastMs).sort((a, b) => a - b);
	let next = 0;
	for (let ms = Math.ceil(plannedMs / MINUTE) * MINUTE; ms <= lastMs; ms += MINUTE) {
		for (; next < odd.length && odd[next] <= ms; next++) if (isOpen(odd[next])) return odd[next];
		if (isOpen(ms)) return ms;
	}
	return null;
}
