import type { ZoneClock } from '../zoneClock';
import type { DayRow, Displaced, JourneyForecast } from './contract';

/** Counts what the simulation says, by day, journey and who stood in whose way. */
export class Tally {
	private readonly rows = new Map<string, DayRow>();
	private readonly byJourney = new Map<string, JourneyForecast>();
	private readonly pairs = new Map<string, Displaced>();

	/** @param clock of the shop's zone: days are the shop's */
	constructor(private readonly clock: ZoneClock) {}

	/** A message is asked for, and gets its first answer. @param rule why it does not leave at once */
	asked(message: { at: number; channel: string; journey: string | null; category: string }, answer: 'sent' | 'held' | 'dropped', rule: string | null): void {
		const day = this.day(message.at, message.channel);
		const journey = this.journey(message);
		day.demand += 1;
		journey.demand += 1;
		if (answer === 'sent') {
			day.sendable += 1;
			journey.sendable += 1;
			return;
		}
		day[answer] += 1;
		if (answer === 'held') journey.waiting += 1;
		else journey.dropped += 1;
		if (rule !== null) day.blockedBy[rule] = (day.blockedBy[rule] ?? 0) + 1;
	}

	left(at: number, channel: string): void {
		this.day(at, channel).sent += 1;
	}

	/** A held message was judged again for the last time. */
	settled(message: { journey: string | null; category: string }, answer: 'sent' | 'dropped'): void {
		const journey = this.journey(message);
		journey.waiting -= 1;
		if (answer === 'sent') journey.late += 1;
		else journey.dropped += 1;
	}

	displaced(journey: string | null, by: string | null): void {
		const name = JSON.stringify([journey, by]);
		const pair = this.pairs.get(name) ?? { journey, by, messages: 0 };
		this.pairs.set(name, pair);
		pair.messages += 1;
	}

	get perDay(): DayRow[] {
		return [...this.rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.channel < b.channel ? -1 : 1));
	}

	get journeys(): JourneyForecast[] {
		return [...this.byJourney.values()].sort((a, b) => b.demand - a.demand || (`${a.journey}/${a.category}` < `${b.journey}/${b.category}` ? -1 : 1));
	}

	get pairsOfJourneys(): Displaced[] {
		return [...this.pairs.values()].sort((a, b) => b.messages - a.messages || (`${a.journey}/${a.by}` < `${b.journey}/${b.by}` ? -1 : 1));
	}

	private day(at: number, channel: string): DayRow {
		const day = this.clock.dateOf(at);
		const name = `${day}/${channel}`;
		const row = this.rows.get(name) ?? { day, channel, demand: 0, sendable: 0, sent: 0, held: 0, dropped: 0, blockedBy: {} };
		this.rows.set(name, row);
		return row;
	}

	private journey({ journey, category }: { journey: string | null; category: string }): JourneyForecast {
		const name = JSON.stringify([journey, category]);
		const row = this.byJourney.get(name) ?? { journey, category, demand: 0, sendable: 0, late: 0, waiting: 0, dropped: 0 };
		this.byJourney.set(name, row);
		return row;
	}
}
