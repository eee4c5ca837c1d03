import type { ZoneClock } from '../policy/zoneClock';

const DAY_MS = 86_400_000;
const UNKNOWN = 0x7fffffff;
const CHANGES = 0x7ffffffe;
/** A century from 1970-01-01; what lies outside was a slip of the keyboard. */
const MOST_DAYS = 36_525;

const known = new WeakMap<ZoneClock, LocalDays>();

/** Local days of many instants: a look-up in an array where the zone's offset holds for the whole UTC day, as it nearly always does. */
export class LocalDays {
	private readonly offsets = new Int32Array(MOST_DAYS).fill(UNKNOWN);

	private constructor(private readonly zone: ZoneClock) {}

	/** Kept as long as the zone: a single order asks for a day or two. */
	static in(zone: ZoneClock): LocalDays {
		let found = known.get(zone);
		if (!found) known.set(zone, (found = new LocalDays(zone)));
		return found;
	}

	/** @returns days since 1970-01-01 on the zone's calendar */
	of(ms: number): number {
		const day = Math.floor(ms / DAY_MS) | 0;
		const offset = this.offsets[day];
		// Outside of the century there is no offset at all.
		return offset < CHANGES ? Math.floor((ms + offset) / DAY_MS) | 0 : this.seldom(ms, day);
	}

	/** The same for many. @param into gets the days from `put` on */
	ofAll(instants: Float64Array, into: Int32Array, put: number): void {
		const { offsets } = this;
		for (let at = 0; at < instants.length; at++) {
			const ms = instants[at];
			const offset = offsets[Math.floor(ms / DAY_MS) | 0];
			into[put + at] = offset < CHANGES ? Math.floor((ms + offset) / DAY_MS) | 0 : this.of(ms);
		}
	}

	private seldom(ms: number, day: number): number {
		if (this.offsets[day] === UNKNOWN) this.offsets[day] = this.offsetOf(day);
		return this.offsets[day] < CHANGES ? this.of(ms) : this.zone.localDay(ms);
	}

	private offsetOf(day: number): number {
		const offset = this.zone.offsetAt(day * DAY_MS);
		return offset === this.zone.offsetAt((day + 1) * DAY_MS - 1) ? offset : CHANGES;
	}
}
