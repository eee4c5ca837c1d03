const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;

/** A local time that the clocks skip or show twice: oracles that meet one say nothing about it. */
export class UnclearWallTime extends Error {}

/** What clocks on the wall of one zone show, as Intl says; for oracles, which share no code with src. */
export class WallTime {
	private static readonly zones = new Map<string, WallTime>();
	private readonly known = new Map<number, number>();
	private readonly format: Intl.DateTimeFormat;

	private constructor(zone: string) {
		this.format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
	}

	static of(zone: string): WallTime {
		const wall = WallTime.zones.get(zone) ?? new WallTime(zone);
		WallTime.zones.set(zone, wall);
		return wall;
	}

	/** The instant as if it were UTC: read it by getUTCHours and the like. */
	shown(ms: number): number {
		const quarter = Math.floor(ms / QUARTER);
		const known = this.known.get(quarter);
		if (known !== undefined) return ms + known;
		const part = new Map<string, number>(this.format.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, Number(value)]));
		const get = (name: string) => part.get(name) as number;
		const offset = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute')) - quarter * QUARTER;
		this.known.set(quarter, offset);
		return ms + offset;
	}

	/** The same time of day, so many days later. */
	daysLater(ms: number, days: number): number {
		const wanted = this.shown(ms) + days * DAY;
		const offsets = new Set([wanted - DAY, wanted + DAY].map((near) => this.shown(near) - near));
		const found = [...offsets].map((offset) => wanted - offset).filter((at) => this.shown(at) === wanted);
		if (found.length !== 1) throw new UnclearWallTime();
		return found[0];
	}

	/**
	 * The first minute after an instant at which the clock shows so many minutes after midnight on one of these days of the
	 * week (Sunday 0), or jumps over it.
	 */
	next(afterMs: number, minutes: number, days: readonly number[]): number {
		const minuteOf = (ms: number) => Math.floor((this.shown(ms) % DAY) / MINUTE);
		const dayOf = (ms: number) => Math.floor(this.shown(ms) / DAY);
		for (let at = (Math.floor(afterMs / MINUTE) + 1) * MINUTE; at < afterMs + 9 * DAY; at += MINUTE) {
			if (!days.includes(new Date(this.shown(at)).getUTCDay())) continue;
			const jumped = dayOf(at) === dayOf(at - MINUTE) && minuteOf(at - MINUTE) < minutes && minuteOf(at) > minutes;
			if (minuteOf(at) !== minutes && !jumped) continue;
			// Shown before on the same day: which of the two is meant?
			for (let back = MINUTE; back <= 3 * 60 * MINUTE; back += MINUTE) if (this.shown(at - back) === this.shown(at)) throw new UnclearWallTime();
			return at;
		}
		throw new Error('a weekday comes round within nine days');
	}
}
