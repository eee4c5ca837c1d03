import type { Engine } from './engine';

interface Timetable {
	getNextDateFrom(start: Date, timeZone: string): { toMillis(): number };
}

interface Entry {
	timetable: Timetable;
	timeZone: string;
	nextAtMs: number | undefined;
	onTick(at: Date): void;
}

/** Schedule Trigger in virtual time: n8n's own cron reader says when, the replay's driver says now. */
export class VirtualSchedule {
	private entries: Entry[] = [];

	constructor(private readonly engine: Engine) {}

	/** @param expression six fields, seconds first, as n8n writes them */
	add(expression: string, timeZone: string, onTick: (at: Date) => void): void {
		const { CronTime } = this.engine.dependency('cron') as { CronTime: new (expression: string, timeZone: string) => Timetable };
		this.entries.push({ timetable: new CronTime(expression, timeZone), timeZone, nextAtMs: undefined, onTick });
	}

	clear(): void {
		this.entries = [];
	}

	/** @returns the first instant after `afterMs` at which a schedule fires */
	nextDueAt(afterMs: number): number | undefined {
		let first: number | undefined;
		for (const entry of this.entries) {
			if (entry.nextAtMs === undefined || entry.nextAtMs <= afterMs) {
				entry.nextAtMs = entry.timetable.getNextDateFrom(new Date(afterMs), entry.timeZone).toMillis();
			}
			first = Math.min(first ?? entry.nextAtMs, entry.nextAtMs);
		}
		return first;
	}

	/** Fires what is due exactly at this instant. @returns how many */
	fire(atMs: number): number {
		const due = this.entries.filter((entry) => entry.nextAtMs === atMs);
		for (const entry of due) {
			entry.nextAtMs = undefined;
			entry.onTick(new Date(atMs));
		}
		return due.length;
	}
}
