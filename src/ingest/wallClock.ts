import { IANAZone, type Zone } from 'luxon';
import { JourneyError } from '../core/errors';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No zone was ever more than 15 hours from UTC. */
const FURTHEST_OFFSET_MS = 15 * 3_600_000;
const DAYS_KEPT = 20_000;

const clocks = new Map<string, WallClock>();

/**
 * Turns wall-clock readings of one zone into instants. A reading that the change to summer time skips moves forward by
 * the gap; one that occurs twice is the first (luxon's own choice there depends on the zone). The offset of each day is
 * kept: asking luxon for every row is too slow for imports.
 */
export class WallClock {
	private readonly offsetOfDay = new Map<number, number>();

	private constructor(private readonly zone: Zone) {}

	/** @throws JourneyError bad_input for a zone that does not exist */
	static of(zoneName: string): WallClock {
		const known = clocks.get(zoneName);
		if (known) return known;
		if (!IANAZone.isValidZone(zoneName)) {
			throw new JourneyError('bad_input', `The time zone "${zoneName}" does not exist: write one such as Europe/Berlin.`, { timeZone: zoneName });
		}
		const clock = new WallClock(IANAZone.create(zoneName));
		clocks.set(zoneName, clock);
		return clock;
	}

	/** @param wallMs the reading as if it were UTC, in milliseconds */
	toUtcMs(wallMs: number): number {
		const day = Math.floor(wallMs / DAY_MS);
		const offset = this.offsetOfDay.get(day) ?? this.learn(day);
		return Number.isNaN(offset) ? this.nearChange(wallMs) : wallMs - offset;
	}

	/** The offset that holds all day, or NaN when it changes on that day or next to it. */
	private learn(day: number): number {
		const before = this.offsetAt(day * DAY_MS - FURTHEST_OFFSET_MS);
		const after = this.offsetAt((day + 1) * DAY_MS + FURTHEST_OFFSET_MS);
		const offset = before === after ? before : Number.NaN;
		if (this.offsetOfDay.size >= DAYS_KEPT) this.offsetOfDay.clear();
		this.offsetOfDay.set(day, offset);
		return offset;
	}

	private nearChange(wallMs: number): number {
		const before = this.offsetAt(wallMs - FURTHEST_OFFSET_MS);
		const after = this.offsetAt(wallMs + FURTHEST_OFFSET_MS);
		const first = Math.min(wallMs - before, wallMs - after);
		const second = Math.max(wallMs - before, wallMs - after);
		if (this.shows(first, wallMs)) return first;
		if (this.shows(second, wallMs)) return second;
		return wallMs - before;
	}

	private shows(atMs: number, wallMs: number): boolean {
		return atMs + this.offsetAt(atMs) === wallMs;
	}

	private offsetAt(atMs: number): number {
		return this.zone.offset(atMs) * MINUTE_MS;
	}
}
