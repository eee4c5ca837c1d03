import { unitHash } from '../../core/hash';
import type { Departure, Next } from './contract';

/** So many departures of a step are kept to draw from. */
const KEPT = 200;

/**
 * What came next in the past, to draw from: a bounded sample per journey and step. Where nobody's way has ended yet, those
 * who are still under way stand in, which knows of messages but of nobody who leaves early.
 */
export class Departures {
	private readonly ended = new Map<string, { rank: number; next: Next | null }[]>();
	private readonly open = new Map<string, { rank: number; next: Next | null }[]>();

	constructor(private readonly seed: string) {}

	add(ended: readonly Departure[], open: readonly Departure[]): void {
		for (const departure of ended) this.keep(this.ended, departure);
		for (const departure of open) this.keep(this.open, departure);
	}

	/** @returns undefined when nobody has ever gone on from there */
	draw(journey: string, from: string, who: string): Next | null | undefined {
		const place = `${journey}\u0000${from}`;
		const sample = this.ended.get(place) ?? this.open.get(place);
		if (sample === undefined) return undefined;
		return sample[Math.floor(unitHash(this.seed, 'next', place, who) * sample.length)].next;
	}

	/** A sample by hash: which departures are kept depends on them and the seed alone, in whatever order they come. */
	private keep(samples: Map<string, { rank: number; next: Next | null }[]>, { journey, from, seed, next }: Departure): void {
		const place = `${journey}\u0000${from}`;
		const sample = samples.get(place) ?? [];
		samples.set(place, sample);
		const rank = unitHash(this.seed, 'kept', place, seed);
		const at = sample.findIndex((other) => other.rank > rank);
		if (at < 0 && sample.length >= KEPT) return;
		sample.splice(at < 0 ? sample.length : at, 0, { rank, next });
		if (sample.length > KEPT) sample.pop();
	}
}
