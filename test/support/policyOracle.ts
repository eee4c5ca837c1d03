/**
 * The contact policy as its design page says it, request after request, for reading rather than for speed; it shares no code
 * with src/policy. It knows everything ever asked in a plain list, looks at every rule for every instant at which anything
 * could change, and takes the first one that is open.
 */

const MINUTE = 60_000;
/** Policies here are written in steps of five minutes, and so are the offsets of all zones. */
const SLOT = 5 * MINUTE;
const DAY = 86_400_000;
const SLOTS_A_DAY = DAY / SLOT;
const LOOKS_BACK = 40 * DAY;
const LOOKS_AHEAD = 18 * DAY;

/** Quiet hours or a send window in local wall time: minutes after midnight, days of the week (Sunday 0) on which it starts. */
export interface OraclePeriod {
	start: number;
	end: number;
	days: number[];
}

export interface PolicyRule {
	id: string;
	scope: { any?: true; channel?: string; category?: string; journey?: string; tag?: string };
	limit?: number;
	/** `day`, `week`, `month`, or absent for a rolling one */
	calendar?: 'day' | 'week' | 'month';
	rollingMs?: number;
	minGapMs?: number;
	appliesTo?: string[];
	mode: 'fcfs' | 'reserve_for_higher';
	horizonMs: number;
	activeFromMs?: number;
	activeToMs?: number;
}

export interface OraclePolicy {
	rules: PolicyRule[];
	quiet: OraclePeriod[];
	windows: OraclePeriod[];
	blackout: string[];
	requireConsent: boolean;
}

export interface OracleCustomer {
	id: string;
	zone: string;
	/** by `channel/purpose`: what was last said; absent: nothing */
	consents: Record<string, 'granted' | 'denied' | 'pending'>;
	channels: string[];
	/** in the global control group */
	control: boolean;
}

export interface Ask {
	key: string;
	customer: string;
	channel: string;
	category: string;
	class: 'marketing' | 'service' | 'transactional';
	priority: number;
	journey?: string;
	tags: string[];
	exempt: string[];
	counts?: boolean;
	urgent: boolean;
	notBeforeMs?: number;
	deadlineMs?: number;
	onBlock: 'delay' | 'drop' | { fallback: string[] };
	/** enrolment, step and visit in one word */
	visit?: string;
}

interface Message {
	key: string;
	ts: number;
	channel: string;
	category: string;
	class: string;
	journey?: string;
	tags: string[];
	exempt: string[];
	counts?: boolean;
	ghost: boolean;
	visit?: string;
}

interface Waiting extends Omit<Message, 'ts'> {
	until: number;
	priority: number;
}

/** Nothing opens for weeks: the engine's search is bounded, this one's timeline is too. */
export class BeyondTheOracle extends Error {}

export type Answer = { is: 'send' } | { is: 'delay'; until: number; rule: string } | { is: 'drop'; reason: string };

/** What stands against a message at an instant; `check` is its place in the order of checks. */
interface Obstacle {
	name: string;
	dropReason: string;
	stands(ms: number): boolean;
	/** Instants at which it may begin or end to stand. */
	changes: number[];
}

export class PolicyOracle {
	private readonly sends = new Map<string, Message[]>();
	private readonly waiting = new Map<string, Map<string, Waiting>>();
	private readonly answers = new Map<string, { body: string; answer: Answer }>();
	private readonly timelines = new Map<string, Timeline>();

	constructor(
		private readonly policy: OraclePolicy,
		private readonly customers: readonly OracleCustomer[],
		private readonly aroundMs: number,
	) {}

	/** One line of `policy decide`: the decision, or `conflict`. */
	ask(request: Ask, nowMs: number): Answer | { is: 'conflict' } {
		const body = JSON.stringify({ ...request, key: undefined });
		const before = this.answers.get(request.key);
		if (before && before.body !== body) return { is: 'conflict' };
		if (before && before.answer.is !== 'delay') return before.answer;
		if (before?.answer.is === 'delay' && nowMs < before.answer.until) return before.answer;
		const { answer, channel } = this.answerAnew(request, nowMs);
		this.answers.set(request.key, { body, answer });
		this.remember({ ...request, channel }, answer, nowMs);
		return answer;
	}

	private answerAnew(request: Ask, nowMs: number): { answer: Answer; channel: string } {
		const channels = [request.channel, ...(typeof request.onBlock === 'string' ? [] : [...new Set(request.onBlock.fallback)].filter((channel) => channel !== request.channel))];
		const tried: { answer: Answer; channel: string }[] = [];
		for (const channel of channels) {
			const answer = this.onChannel({ ...request, channel }, nowMs);
			tried.push({ answer, channel });
			if (goesNow(answer)) break;
		}
		return tried.find(({ answer }) => goesNow(answer)) ?? tried.find(({ answer }) => answer.is === 'delay') ?? tried[0];
	}

	private onChannel(request: Ask, nowMs: number): Answer {
		const customer = this.customers.find(({ id }) => id === request.customer);
		if (!customer) return { is: 'drop', reason: 'unknown_customer' };
		const gate = this.closedFor(customer, request.channel, request.class);
		if (gate !== null) return { is: 'drop', reason: gate };
		if (request.deadlineMs !== undefined && nowMs > request.deadlineMs) return { is: 'drop', reason: 'expired' };
		const own = this.sends.get(customer.id) ?? [];
		if (request.visit !== undefined && own.some((sent) => !sent.ghost && sent.visit === request.visit && sent.channel === request.channel && sent.key !== request.key)) return { is: 'drop', reason: 'duplicate' };
		const obstacles = this.obstacles(request, customer, nowMs);
		const planned = Math.max(nowMs, request.notBeforeMs ?? nowMs);
		const { at, binding } = firstOpen(obstacles, planned);
		// A limit of 0 is for good.
		if (at === Infinity && binding?.name.startsWith('never:')) return { is: 'drop', reason: binding.dropReason };
		if (at > this.aroundMs + LOOKS_AHEAD) throw new BeyondTheOracle();
		if (at === nowMs) return this.isGhost(customer, request) ? { is: 'drop', reason: 'holdout' } : { is: 'send' };
		if (binding && request.onBlock === 'drop') return { is: 'drop', reason: binding.dropReason };
		if (request.deadlineMs !== undefined && at > request.deadlineMs) return { is: 'drop', reason: 'expired' };
		return { is: 'delay', until: at, rule: binding?.name ?? 'not-before' };
	}

	private remember(request: Ask, answer: Answer, nowMs: number): void {
		const customer = this.customers.find(({ id }) => id === request.customer);
		if (!customer) return;
		const { key, channel, category, journey, tags, exempt, counts, priority, visit } = request;
		const message = { key, channel, category, class: request.class, journey, tags, exempt, counts, visit, ghost: this.isGhost(customer, request) };
		const waiting = this.waiting.get(customer.id) ?? new Map<string, Waiting>();
		this.waiting.set(customer.id, waiting);
		waiting.delete(key);
		if (answer.is === 'delay') waiting.set(key, { ...message, until: answer.until, priority });
		if (goesNow(answer)) this.sends.set(customer.id, [...(this.sends.get(customer.id) ?? []), { ...message, ts: nowMs }]);
	}

	/** The control group is about marketing. */
	private isGhost(customer: OracleCustomer, request: Pick<Ask, 'class'>): boolean {
		return customer.control && request.class === 'marketing';
	}

	/** Consent and address. */
	private closedFor({ consents, channels }: OracleCustomer, channel: string, messageClass: string): string | null {
		const status = consents[`${channel}/${messageClass}`];
		const refused = status === 'denied' || (messageClass === 'marketing' && this.policy.requireConsent && status !== 'granted');
		if (messageClass !== 'transactional' && refused) return `no_consent:${channel}/${messageClass}`;
		return channels.includes(channel) ? null : 'unreachable';
	}

	/** Checks 7 to 10 in their order. */
	private obstacles(request: Ask, customer: OracleCustomer, nowMs: number): Obstacle[] {
		if (request.class === 'transactional') return [];
		const timeline = this.timelineOf(customer.zone);
		const { changes } = timeline;
		const hour = (name: string, stands: (ms: number) => boolean): Obstacle => ({ name, dropReason: 'quiet_discard', stands, changes });
		const hours = request.class === 'service' && request.urgent ? [] : [hour('quiet-hours', timeline.isQuiet), hour('send-window', timeline.isOutsideWindows), hour('blackout', timeline.isBlackout)];
		const rules = this.policy.rules.filter((rule) => covers(rule, request) && !request.exempt.includes(rule.id));
		const seen = (this.sends.get(customer.id) ?? []).filter((sent) => !sent.ghost || this.isGhost(customer, request));
		const rivals = [...(this.waiting.get(customer.id)?.values() ?? [])].filter((one) => one.key !== request.key && one.class !== 'transactional' && (!one.ghost || this.isGhost(customer, request)) && this.closedFor(customer, one.channel, one.class) === null);
		const limited = rules.filter((rule) => rule.limit !== undefined);
		return [
			...hours,
			...rules.filter((rule) => rule.minGapMs !== undefined).map((rule) => gap(rule, seen)),
			...limited.map((rule) => cap(rule, seen, timeline, changes)),
			...limited.filter((rule) => rule.mode === 'reserve_for_higher').map((rule) => outranked(rule, request, seen, rivals, timeline, changes, nowMs)),
		];
	}

	private timelineOf(zone: string): Timeline {
		const known = this.timelines.get(zone) ?? new Timeline(zone, this.aroundMs, this.policy);
		this.timelines.set(zone, known);
		return known;
	}
}

/** The wall clock of a zone around an instant, slot by slot, with what the hours of the policy say there. */
class Timeline {
	private readonly wall: number[];
	private readonly first: number;
	private readonly quiet: boolean[] = [];
	private readonly open: boolean[] = [];
	/** Instants at which one of the answers below changes. */
	readonly changes: number[] = [];

	constructor(zone: string, aroundMs: number, private readonly policy: OraclePolicy) {
		this.first = Math.floor((aroundMs - LOOKS_BACK) / SLOT);
		this.wall = wallOf(zone, this.first);
		// Nobody's quiet is cut short: it begins at the first showing of its time and ends at the last; a window the other way round.
		for (const period of policy.quiet) this.paint(this.quiet, period, 'first', 'last');
		for (const window of policy.windows) this.paint(this.open, window, 'last', 'first');
		let before = '';
		for (let slot = Math.floor((LOOKS_BACK - 2 * DAY) / SLOT); slot < this.wall.length; slot++) {
			const now = `${this.quiet[slot] === true} ${this.open[slot] === true} ${Math.floor(this.wall[slot] / SLOTS_A_DAY)}`;
			if (now !== before) this.changes.push((this.first + slot) * SLOT);
			before = now;
		}
	}

	isQuiet = (ms: number): boolean => this.quiet[this.slot(ms)] === true;
	isOutsideWindows = (ms: number): boolean => this.policy.windows.length > 0 && this.open[this.slot(ms)] !== true;
	isBlackout = (ms: number): boolean => this.policy.blackout.some((date) => Date.parse(date) / DAY === this.date(ms));
	/** Days since 1970-01-01 on the local calendar. */
	date = (ms: number): number => Math.floor(this.wall[this.slot(ms)] / SLOTS_A_DAY);

	private slot(ms: number): number {
		return Math.floor(ms / SLOT) - this.first;
	}

	private paint(slots: boolean[], { start, end, days }: OraclePeriod, startOf: 'first' | 'last', endOf: 'first' | 'last'): void {
		const from = Math.floor(this.wall[0] / SLOTS_A_DAY) + 34;
		const to = Math.floor(this.wall[this.wall.length - 1] / SLOTS_A_DAY) - 3;
		for (let day = from; day < to; day++) {
			if (!days.includes(new Date(day * DAY).getUTCDay())) continue;
			const begin = this.showing(day * SLOTS_A_DAY + start / 5, startOf);
			const finish = this.showing((end <= start ? day + 1 : day) * SLOTS_A_DAY + end / 5, endOf);
			for (let slot = begin; slot < finish; slot++) slots[slot] = true;
		}
	}

	/** Where the wall clock shows a time first or last; when it never does, the first slot after the jump. */
	private showing(wallSlot: number, which: 'first' | 'last'): number {
		const near = wallSlot - this.wall[0] - SLOTS_A_DAY / 4;
		const around = Array.from({ length: SLOTS_A_DAY / 2 }, (_, index) => near + index);
		const shown = around.filter((slot) => this.wall[slot] === wallSlot);
		if (shown.length > 0) return which === 'first' ? shown[0] : shown[shown.length - 1];
		return around.find((slot) => this.wall[slot] > wallSlot) as number;
	}
}

const walls = new Map<string, number[]>();

/** The wall clock of each slot, in slots; the machine's own tables of zones say what it shows. */
function wallOf(zone: string, first: number): number[] {
	const name = `${zone}/${first}`;
	const known = walls.get(name);
	if (known) return known;
	const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
	const wall: number[] = [];
	for (let slot = first; slot < first + (LOOKS_BACK + LOOKS_AHEAD + 8 * DAY) / SLOT; slot++) {
		// Clocks change on quarters of an hour: one question for three slots.
		if (slot % 3 !== 0 && wall.length > 0) wall.push(wall[wall.length - 1] + 1);
		else {
			const [day, month, year, hour, minute] = format.format(slot * SLOT).split(/\D+/).map(Number);
			wall.push(Date.UTC(year, month - 1, day, hour, minute) / SLOT);
		}
	}
	walls.set(name, wall);
	return wall;
}

const goesNow = (answer: Answer): boolean => answer.is === 'send' || (answer.is === 'drop' && answer.reason === 'holdout');

/**
 * Every obstacle names the first instant from T on at which it does not stand; the latest of them is the new T, until none
 * moves it. The one that gave the last move binds, on a tie the first in order.
 */
function firstOpen(obstacles: readonly Obstacle[], plannedMs: number): { at: number; binding: Obstacle | null } {
	let at = plannedMs;
	let binding: Obstacle | null = null;
	for (let round = 0; round < 64; round++) {
		let furthest = at;
		let by: Obstacle | null = null;
		for (const obstacle of obstacles) {
			const gone = goneAt(obstacle, at);
			if (gone > furthest) [furthest, by] = [gone, obstacle];
		}
		if (by === null) break;
		[at, binding] = [furthest, by];
		if (at === Infinity) break;
	}
	return { at, binding };
}

function goneAt({ stands, changes }: Obstacle, fromMs: number): number {
	if (!stands(fromMs)) return fromMs;
	const later = changes.filter((ms) => ms > fromMs).sort((a, b) => a - b);
	return later.find((ms) => !stands(ms)) ?? Infinity;
}

const isActive = (rule: PolicyRule, ms: number): boolean => ms >= (rule.activeFromMs ?? -Infinity) && ms < (rule.activeToMs ?? Infinity);
const activity = (rule: PolicyRule): number[] => [rule.activeFromMs, rule.activeToMs].filter((ms) => ms !== undefined);

function covers(rule: PolicyRule, message: { channel: string; category: string; class: string; journey?: string; tags: string[] }): boolean {
	const { channel, category, journey, tag } = rule.scope;
	return (
		(rule.appliesTo ?? ['marketing', 'service']).includes(message.class) &&
		(channel === undefined || channel === message.channel) &&
		(category === undefined || `${message.category}/`.startsWith(`${category}/`)) &&
		(journey === undefined || journey === message.journey) &&
		(tag === undefined || message.tags.includes(tag))
	);
}

/** `counts` decides when it is set; else the exempt are not counted. */
function counted(rule: PolicyRule, message: Omit<Message, 'ts'>): boolean {
	return covers(rule, message) && (message.counts ?? !message.exempt.includes(rule.id));
}

function gap(rule: PolicyRule, seen: readonly Message[]): Obstacle {
	const times = seen.filter((sent) => counted(rule, sent)).map(({ ts }) => ts);
	const gapMs = rule.minGapMs as number;
	return {
		name: rule.id,
		dropReason: `cap:${rule.id}`,
		stands: (ms) => isActive(rule, ms) && times.some((ts) => Math.abs(ms - ts) < gapMs),
		changes: [...times.map((ts) => ts + gapMs), ...activity(rule)],
	};
}

function inWindow(rule: PolicyRule, times: readonly number[], ms: number, timeline: Timeline): number {
	const { rollingMs, calendar } = rule;
	if (rollingMs !== undefined) return times.filter((ts) => ms - rollingMs < ts && ts <= ms).length;
	return times.filter((ts) => sameWindow(calendar as string, timeline.date(ts), timeline.date(ms))).length;
}

function cap(rule: PolicyRule, seen: readonly Message[], timeline: Timeline, midnights: readonly number[]): Obstacle {
	const times = seen.filter((sent) => counted(rule, sent)).map(({ ts }) => ts);
	const limit = rule.limit as number;
	const changes = [...(rule.rollingMs === undefined ? midnights : times.map((ts) => ts + (rule.rollingMs as number))), ...activity(rule)];
	return {
		name: limit === 0 ? `never:${rule.id}` : rule.id,
		dropReason: `cap:${rule.id}`,
		stands: (ms) => isActive(rule, ms) && inWindow(rule, times, ms, timeline) >= limit,
		changes: limit === 0 ? activity(rule) : changes,
	};
}

/** Room is kept for waiting messages of higher priority, due within the horizon; one that is due now has a moment to go first. */
function outranked(rule: PolicyRule, request: Ask, seen: readonly Message[], rivals: readonly Waiting[], timeline: Timeline, midnights: readonly number[], nowMs: number): Obstacle {
	const times = seen.filter((sent) => counted(rule, sent)).map(({ ts }) => ts);
	const higher = rivals.filter((one) => counted(rule, one) && one.priority > request.priority);
	const isAhead = ({ until }: Waiting, ms: number) => (until > nowMs ? until > ms && until - ms <= rule.horizonMs : nowMs - until <= MINUTE && ms - nowMs < 1_000);
	return {
		name: 'outranked',
		dropReason: 'outranked',
		stands: (ms) => {
			const ahead = higher.filter((one) => isAhead(one, ms)).length;
			return isActive(rule, ms) && ahead > 0 && inWindow(rule, times, ms, timeline) + ahead >= (rule.limit as number);
		},
		changes: [
			...(rule.rollingMs === undefined ? midnights : times.map((ts) => ts + (rule.rollingMs as number))),
			...higher.flatMap(({ until }) => [until, until - rule.horizonMs]),
			nowMs + 1_000,
			...activity(rule),
		],
	};
}

function sameWindow(window: string, one: number, other: number): boolean {
	if (window === 'day') return one === other;
	if (window === 'week') return Math.floor((one + 3) / 7) === Math.floor((other + 3) / 7);
	return new Date(one * DAY).toISOString().slice(0, 7) === new Date(other * DAY).toISOString().slice(0, 7);
}
