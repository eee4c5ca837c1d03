import { WallTime } from './wallTime';

/**
 * Journeys as their design page says them, for reading rather than for speed; shares no code with src/journeys. Customers
 * stand somewhere in plain objects; an event that a wait listens for goes on a list, and which of them decides is looked
 * up when the customer leaves.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const LEASE = 2 * MINUTE;
const AHEAD = 5 * MINUTE;

export interface OracleLength { amount: number; unit: 'minutes' | 'hours' | 'days' | 'calendarDays' }
export interface OracleRule { type: string; sameCart: boolean; onlyBig: boolean }
export type OracleStep = {
	restarts: 'auto' | 'always' | 'never';
	late?: { afterMs: number; action: 'mark' | 'exit' };
} & (
	| { kind: 'delay'; length: OracleLength }
	| { kind: 'localTime'; minutes: number; days: number[] }
	| { kind: 'event'; rules: OracleRule[]; timeout: OracleLength; since: 'arrival' | 'entry'; pick: 'first' | 'best' }
);
export interface OracleJourney {
	/** the property that is the entry key; absent: the event's id */
	keyed: boolean;
	whileActive: 'ignore' | 'restart' | 'refresh';
	reEntry: { mode: 'once_ever' } | { mode: 'after_exit' } | { mode: 'cooldown'; length: OracleLength; from: 'entry' | 'exit' } | { mode: 'parallel'; max: number };
	debounceMs: number;
	guardMs: number;
	maxAgeMs: number;
	entriesPerHour?: number;
	exits: OracleRule[];
	goalWindowMs?: number;
	steps: OracleStep[];
}
export interface OracleEvent { id: string; customer: string; type: string; at: number; n: number; cart?: string; big: boolean }

interface Hit { event: OracleEvent; branch: number; heardAt: number; order: number }
interface Place { step: number; visit: number; due: number; since: number; deadline: number; hits: Hit[]; own: number | undefined; skipped?: true }
interface Listened { step: number; since: number; deadline: number; late?: OracleEvent }
interface Way {
	number: number;
	customer: string;
	key: string;
	event: OracleEvent;
	enteredAt: number;
	state: 'entering' | 'inside' | 'ended';
	reason?: string;
	endedAt?: number;
	/** where the customer waits */
	waits?: Place;
	/** visits whose step has not been left in order */
	standing: Set<number>;
	visit: number;
	/** where one came to from which visit */
	cameFrom: Set<number>;
	listened: Listened[];
	goalAt?: number;
}
interface Member { way: Way; place: Place; outcome: string }
export interface OracleBatch { step: number; epoch: number; lease: number; offers: number; claimed: boolean; members: Member[]; gone: boolean }
export interface OracleItem { way: number; customer: string; line: string; visit: number }

const ENTRY = -1;

export class JourneyOracle {
	private readonly ways: Way[] = [];
	private readonly stored: { event: OracleEvent; order: number }[] = [];
	private readonly seen = new Map<string, string>();
	private batches: OracleBatch[] = [];

	constructor(private readonly journey: OracleJourney, private readonly zones: Readonly<Record<string, string>>) {}

	/** One call that brings events. @returns a line for each */
	track(events: readonly OracleEvent[], now: number): string[] {
		const touched = new Set<Way>();
		const fresh = events.map((event) => {
			if (event.at > now + AHEAD) return 'quarantined';
			const body = JSON.stringify(event);
			const before = this.seen.get(event.id);
			this.seen.set(event.id, before ?? body);
			if (before !== undefined) return before === body ? 'duplicate' : 'conflict';
			this.stored.push({ event, order: this.stored.length });
			return 'accepted';
		});
		const lines = events.map((event, index) => (fresh[index] === 'accepted' ? `accepted ${this.hear(event, now, touched)}` : fresh[index]));
		for (const way of touched) this.countGoal(way);
		return lines;
	}

	private hear(event: OracleEvent, now: number, touched: Set<Way>): string {
		const said: string[] = [];
		const order = this.stored.findIndex((one) => one.event === event);
		for (const way of this.waysOf(event.customer)) {
			if (this.isGoal(event) && event.at >= opens(way) && (way.goalAt === undefined || event.at < way.goalAt)) touched.add(way);
			if (way.state === 'ended') continue;
			if (event.at >= now - this.journey.maxAgeMs && this.noteLate(way, event)) said.push('late');
			if (this.journey.exits.some((rule) => fits(rule, event, way) && (rule.sameCart || event.at >= way.event.at))) {
				this.end(way, `event:${event.type}`, now);
				said.push('out');
			} else if (way.waits) this.listen(way, way.waits, event, order, now, way.waits.deadline);
		}
		if (event.type === 'start') said.push(this.knock(event, now, touched));
		return said.sort().join(' ');
	}

	/** Somebody wants to come in. */
	private knock(event: OracleEvent, now: number, touched: Set<Way>): string {
		const { keyed, whileActive, reEntry, guardMs, debounceMs, entriesPerHour } = this.journey;
		const mine = this.waysOf(event.customer);
		if (event.at < now - this.journey.maxAgeMs) return 'stale_event';
		const key = keyed ? event.cart : event.id;
		if (key === undefined) return 'no_entry_key';
		const rivals = keyed ? mine.filter((way) => way.key === key) : mine;
		const open = rivals.find((way) => way.state !== 'ended');
		const parallel = reEntry.mode === 'parallel';
		const beside = parallel && !keyed && whileActive === 'ignore';
		if (open && ((open.state === 'entering' && !(beside && debounceMs === 0)) || (whileActive === 'refresh' && open.state !== 'entering'))) return this.refresh(open, event, now);
		if (open && whileActive === 'ignore' && !beside) return 'already_active';
		const restarts = open && whileActive === 'restart' ? open : undefined;
		if (!restarts) {
			if (reEntry.mode === 'once_ever' && rivals.length > 0) return 'already_entered';
			if (parallel && mine.filter((way) => way.state !== 'ended').length >= reEntry.max) return 'cap';
			if (reEntry.mode === 'cooldown' && rivals.length > 0) {
				const last = Math.max(...rivals.map((way) => (reEntry.from === 'entry' ? way.enteredAt : (way.endedAt ?? way.enteredAt))));
				const until = this.after(last, reEntry.length, event.customer);
				if (now < until) return `cooldown until ${new Date(until).toISOString()}`;
			}
			if (!keyed && !parallel && mine.some((way) => now - way.enteredAt < guardMs)) return 'entered_recently';
		}
		if (entriesPerHour !== undefined && this.ways.filter((way) => way.enteredAt > now - HOUR).length >= entriesPerHour) return 'cap';
		if (restarts) this.end(restarts, 'restarted', now);
		const place: Place = { step: ENTRY, visit: 0, due: now + debounceMs, since: 0, deadline: 0, hits: [], own: undefined };
		const way: Way = { number: this.ways.length, customer: event.customer, key, event, enteredAt: now, state: 'entering', waits: place, standing: new Set([0]), visit: 0, cameFrom: new Set(), listened: [] };
		this.ways.push(way);
		touched.add(way);
		return 'in';
	}

	private refresh(way: Way, event: OracleEvent, now: number): string {
		if (event.at < way.event.at) return '';
		way.event = event;
		const { waits } = way;
		if (!waits) return '';
		if (waits.step === ENTRY) waits.due = now + this.journey.debounceMs;
		else {
			const step = this.journey.steps[waits.step];
			const restarts = step.restarts === 'always' || (step.restarts === 'auto' && waits.visit === 1);
			if (restarts && waits.hits.length === 0) Object.assign(waits, this.window(step, way, now));
		}
		return '';
	}

	private window(step: OracleStep, way: Way, now: number): Pick<Place, 'due' | 'since' | 'deadline'> {
		const until = step.kind === 'localTime' ? WallTime.of(this.zones[way.customer]).next(now, step.minutes, step.days) : this.after(now, step.kind === 'delay' ? step.length : step.timeout, way.customer);
		return { due: until, deadline: until, since: step.kind === 'event' && step.since === 'entry' ? way.enteredAt : now };
	}

	private listen(way: Way, place: Place, event: OracleEvent, order: number, now: number, deadline: number): void {
		const step = this.journey.steps[place.step];
		if (step?.kind !== 'event' || event.at < place.since || event.at >= deadline) return;
		const branch = step.rules.findIndex((rule) => fits(rule, event, way));
		if (branch >= 0) place.hits.push({ event, branch, heardAt: now, order });
	}

	private noteLate(way: Way, event: OracleEvent): boolean {
		const missed = way.listened.filter((one) => {
			const step = this.journey.steps[one.step];
			return !one.late && step.kind === 'event' && event.at >= one.since && event.at < one.deadline && step.rules.some((rule) => fits(rule, event, way));
		});
		for (const one of missed) one.late = event;
		return missed.length > 0;
	}

	/** A node asks for work. @returns an expired batch, or who is due, oldest first; undefined: nothing */
	take(step: number, limit: number, now: number): OracleBatch | undefined {
		const [expired] = this.batches.filter((batch) => batch.step === step && batch.lease <= now).sort((a, b) => a.lease - b.lease);
		if (expired) {
			Object.assign(expired, { epoch: expired.epoch + 1, offers: expired.offers + 1, lease: now + LEASE, claimed: false });
			return expired;
		}
		const due = this.ways.flatMap((way) => (way.waits?.step === step && this.dueOf(way.waits) <= now ? [{ way, place: way.waits }] : []));
		due.sort((a, b) => this.dueOf(a.place) - this.dueOf(b.place) || a.way.number - b.way.number);
		if (due.length === 0) return undefined;
		const members = due.slice(0, limit).map(({ way, place }): Member => {
			way.waits = undefined;
			const hit = this.decides(place);
			if (!hit && this.journey.steps[place.step]?.kind === 'event') way.listened.push({ step: place.step, since: place.since, deadline: place.deadline });
			return { way, place: { ...place, due: this.dueOf(place) }, outcome: hit ? `branch ${hit.branch} by ${hit.event.n}` : 'time' };
		});
		const batch: OracleBatch = { step, epoch: 1, lease: now + LEASE, offers: 1, claimed: false, members, gone: false };
		this.batches.push(batch);
		return batch;
	}

	/** The batch's execution begins. @returns who goes on; null: it is somebody else's by now */
	claim(batch: OracleBatch, epoch: number, now: number): OracleItem[] | null {
		if (batch.gone || batch.epoch !== epoch || batch.claimed) return null;
		Object.assign(batch, { claimed: true, lease: now + LEASE });
		const items: OracleItem[] = [];
		for (const { way, place, outcome } of batch.members) {
			if (way.state === 'ended' || (batch.offers > 1 && way.cameFrom.has(place.visit))) continue;
			const late = this.journey.steps[place.step]?.late;
			const lateBy = late && outcome === 'time' && now - place.due > late.afterMs ? now - place.due : undefined;
			if (lateBy !== undefined && late?.action === 'exit') {
				this.end(way, 'too_late', now);
				continue;
			}
			if (way.state === 'entering') Object.assign(way, { state: 'inside', enteredAt: now });
			items.push({ way: way.number, customer: way.customer, visit: place.visit, line: [`${way.customer}/${place.visit}`, outcome, `entered by ${way.event.n}`, `own ${place.own}`, ...(lateBy === undefined ? [] : [`late ${lateBy}`])].join(', ') });
		}
		return items;
	}

	/** A customer comes to a step. */
	park(item: OracleItem, step: number, now: number): string {
		const way = this.ways[item.way];
		if (way.state === 'ended') return `ended ${way.reason}`;
		if (way.cameFrom.has(item.visit)) return 'parked_before';
		way.cameFrom.add(item.visit);
		const spec = this.journey.steps[step];
		way.visit++;
		const place: Place = { step, visit: way.visit, hits: [], own: item.visit, ...this.window(spec, way, now) };
		way.waits = place;
		way.standing.add(place.visit);
		// What is known already counts, up to now.
		for (const { event, order } of this.stored) if (event.customer === way.customer) this.listen(way, place, event, order, now, Math.max(place.deadline, now + 1));
		return `parked until ${this.dueOf(place)}`;
	}

	/** The execution has ended well. @returns whether that counts */
	settle(batch: OracleBatch, epoch: number, now: number): boolean {
		if (batch.gone || batch.epoch !== epoch) return false;
		batch.gone = true;
		this.batches = this.batches.filter((one) => one !== batch);
		for (const { way, place } of batch.members) {
			way.standing.delete(place.visit);
			if (way.state !== 'ended' && way.standing.size === 0) this.end(way, 'completed', now);
		}
		return true;
	}

	/** Every way ever, as the customer's record tells it. */
	told(customer: string): string[] {
		return this.waysOf(customer).map((way) => {
			const late = way.listened.flatMap((one) => (one.late ? [`step ${one.step}: ${one.late.n}`] : []));
			return JSON.stringify({ reason: way.reason ?? null, enteredAt: way.enteredAt, endedAt: way.endedAt ?? null, goalAt: way.goalAt ?? null, late: late.sort() });
		});
	}

	/** A person takes somebody out, or lets them go on at once. @returns how many ways or waits that changed */
	byHand(what: 'stop' | 'skip', customer: string, now: number): number {
		const open = this.waysOf(customer).filter((way) => way.state !== 'ended');
		if (what === 'stop') {
			for (const way of open) this.end(way, 'stopped', now);
			return open.length;
		}
		const waits = open.flatMap((way) => (way.waits ? [way.waits] : []));
		for (const place of waits) {
			place.due = Math.min(place.due, now);
			place.skipped = true;
		}
		return waits.length;
	}

	/** When events were or are waited for. */
	windowsOf(customer: string): { since: number; deadline: number }[] {
		return this.waysOf(customer).filter((way) => way.state !== 'ended').flatMap((way) => [...way.listened, ...(way.waits && way.waits.step !== ENTRY ? [way.waits] : [])]);
	}

	/** The next instant at which somebody is due. */
	nextDue(now: number): number | undefined {
		const instants = this.ways.flatMap(({ waits }) => (waits && this.dueOf(waits) > now ? [this.dueOf(waits)] : []));
		return instants.length > 0 ? Math.min(...instants) : undefined;
	}

	private waysOf(customer: string): Way[] {
		return this.ways.filter((way) => way.customer === customer);
	}

	/** Of what was heard, the event that decides: first in time, of equal ones the first heard; or the highest branch. */
	private decides({ step, hits }: Place): Hit | undefined {
		const spec = this.journey.steps[step];
		const best = spec?.kind === 'event' && spec.pick === 'best';
		return [...hits].sort((a, b) => (best ? a.branch - b.branch : 0) || a.event.at - b.event.at || a.order - b.order)[0];
	}

	private dueOf(place: Place): number {
		const spec = this.journey.steps[place.step];
		const hit = this.decides(place);
		return hit && !(spec.kind === 'event' && spec.pick === 'best') ? hit.heardAt : place.due;
	}

	private end(way: Way, reason: string, now: number): void {
		Object.assign(way, { state: 'ended', reason, endedAt: now, waits: undefined });
	}

	private isGoal(event: OracleEvent): boolean {
		return this.journey.goalWindowMs !== undefined && event.type === 'bought';
	}

	private countGoal(way: Way): void {
		const { goalWindowMs } = this.journey;
		if (goalWindowMs === undefined) return;
		const since = opens(way);
		const times = this.stored.flatMap(({ event }) => (event.customer === way.customer && this.isGoal(event) && event.at >= since && event.at <= way.enteredAt + goalWindowMs ? [event.at] : []));
		way.goalAt = times.length > 0 ? Math.min(...times) : undefined;
	}

	private after(ms: number, { amount, unit }: OracleLength, customer: string): number {
		if (unit === 'calendarDays') return WallTime.of(this.zones[customer]).daysLater(ms, amount);
		return ms + amount * { minutes: MINUTE, hours: HOUR, days: DAY }[unit];
	}
}

/** What happened between the event that let somebody in and the entry counts. */
const opens = (way: Way) => Math.min(way.event.at, way.enteredAt);

function fits(rule: OracleRule, event: OracleEvent, way: Way): boolean {
	return rule.type === event.type && (!rule.onlyBig || event.big) && (!rule.sameCart || (event.cart !== undefined && event.cart === way.event.cart));
}
