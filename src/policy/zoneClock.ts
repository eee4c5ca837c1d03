import { Info, type Zone } from 'luxon';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS_KEPT = 20_000;
const ZONES_KEPT = 2_000;
/** luxon reads these as "the zone of this machine", which is nobody's zone here. */
const MACHINE_ZONES = new Set(['local', 'system', 'default', '']);

/** The instants that read the same on a wall clock: two when clocks are set back; inside a gap, the first instant after it. */
export interface WallInstants {
	earliest: number;
	latest: number;
}

/** A UTC day on which the offset changes at `atMs`. No zone changes twice within one UTC day. */
interface OffsetChange {
	atMs: number;
	before: number;
	after: number;
}

const clocks = new Map<string, ZoneClock | null>();

/**
 * Wall clock of one time zone. Offsets come from luxon and are kept per UTC day, because a decision asks for dozens of
 * them and luxon needs some microseconds for each.
 */
export class ZoneClock {
	private readonly offsetsByDay = new Map<number, number | OffsetChange>();

	private constructor(
		readonly name: string,
		private readonly zone: Zone,
	) {}

	/** @param name IANA name or alias ('Europe/Kiev'), or a fixed offset ('UTC+3'); null when there is no such zone */
	static of(name: string): ZoneClock | null {
		const known = clocks.get(name);
		if (known !== undefined) return known;
		const zone = MACHINE_ZONES.has(name.trim().toLowerCase()) ? null : Info.normalizeZone(name.trim());
		const clock = zone?.isValid ? new ZoneClock(name, zone) : null;
		if (clocks.size >= ZONES_KEPT) clocks.clear();
		clocks.set(name, clock);
		return clock;
	}

	/** Milliseconds to add to a UTC instant to read this zone's wall clock. */
	offsetAt(ms: number): number {
		const offsets = this.offsetsOf(Math.floor(ms / DAY_MS));
		if (typeof offsets === 'number') return offsets;
		return ms < offsets.atMs ? offsets.before : offsets.after;
	}

	/** Days since 1970-01-01 on this zone's calendar. */
	localDay(ms: number): number {
		return Math.floor((ms + this.offsetAt(ms)) / DAY_MS);
	}

	/** The date on this zone's calendar, such as 2026-11-21. */
	dateOf(ms: number): string {
		return new Date(this.localDay(ms) * DAY_MS).toISOString().slice(0, 10);
	}

	/** @param wallMs a wall-clock reading, written as if it were UTC */
	instantsOf(wallMs: number): WallInstants {
		const before = this.offsetAt(wallMs - 15 * HOUR_MS);
		const after = this.offsetAt(wallMs + 15 * HOUR_MS);
		const withBefore = wallMs - before;
		if (before === after) return { earliest: withBefore, latest: withBefore };
		const withAfter = wallMs - after;
		const readsBefore = this.offsetAt(withBefore) === before;
		const readsAfter = this.offsetAt(withAfter) === after;
		if (readsBefore && readsAfter) return { earliest: Math.min(withBefore, withAfter), latest: Math.max(withBefore, withAfter) };
		if (readsBefore) return { earliest: withBefore, latest: withBefore };
		if (readsAfter) return { earliest: withAfter, latest: withAfter };
		const afterGap = this.changeNear(wallMs);
		return { earliest: afterGap, latest: afterGap };
	}

	/** First instant of a local day. */
	startOfDay(localDay: number): number {
		return this.instantsOf(localDay * DAY_MS).earliest;
	}

	/** The local day whose [start, next start) holds the instant; differs from the date shown when clocks go back over midnight. */
	dayHolding(ms: number): number {
		let day = this.localDay(ms);
		while (ms < this.startOfDay(day)) day--;
		while (ms >= this.startOfDay(day + 1)) day++;
		return day;
	}

	private changeNear(wallMs: number): number {
		const lastDay = Math.floor((wallMs + 15 * HOUR_MS) / DAY_MS);
		for (let day = Math.floor((wallMs - 15 * HOUR_MS) / DAY_MS); day <= lastDay; day++) {
			const offsets = this.offsetsOf(day);
			if (typeof offsets !== 'number') return offsets.atMs;
		}
		return wallMs - this.offsetAt(wallMs);
	}

	private offsetsOf(utcDay: number): number | OffsetChange {
		const known = this.offsetsByDay.get(utcDay);
		if (known !== undefined) return known;
		const startMs = utcDay * DAY_MS;
		const before = this.ask(startMs);
		const after = this.ask(startMs + DAY_MS);
		const offsets = before === after ? before : { before, after, atMs: this.findChange(startMs, startMs + DAY_MS, before) };
		if (this.offsetsByDay.size >= DAYS_KEPT) this.offsetsByDay.clear();
		this.offsetsByDay.set(utcDay, offsets);
		return offsets;
	}

	private findChange(lowMs: number, highMs: number, before: number): number {
		let low = lowMs;
		let high = highMs;
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);
			if (this.ask(middle) === before) low = middle;
			else high = middle;
		}
		return high;
	}

	private ask(ms: number): number {
		return Math.round(this.zone.offset(ms) * 60_000);
	}
}
