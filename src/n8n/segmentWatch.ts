import { segmentOfEntry } from '../segments/entrySegment';
import type { JourneySettings } from '../journeys/settings';
import type { StoreHandle } from './storeRegistry';

/** Pages of a thousand customers in one go; other work on the store comes between two pages. */
const PAGES_A_ROUND = 5;
/** Between two goes, so that a round through millions leaves the store to others half of the time. */
const PAUSE_MS = 100;

/**
 * Looks after the segment that a journey starts by: first who is in it, then, round after round, whom time alone brought in or
 * out; and lets those enter who were inside already where the journey asks for it.
 */
export async function keepSegmentUp(store: StoreHandle, { key, entry }: JourneySettings): Promise<{ nextDueAt: number | null }> {
	const name = segmentOfEntry(entry);
	if (name === undefined) return { nextDueAt: null };
	const nextAt = await lookOn(store, name);
	const start = entry.alreadyInside ? await store.run('segments.startInside', { journeyKey: key }) : undefined;
	const instants = [nextAt, start?.nextAt ?? null].filter((at) => at !== null);
	return { nextDueAt: instants.length === 0 ? null : Math.min(...instants) };
}

async function lookOn(store: StoreHandle, name: string): Promise<number | null> {
	for (let page = 0; ; page++) {
		const { work, nextAt } = await store.run('segments.look', { name });
		if (work) await store.run('segments.keepUp', work);
		if (!work) return nextAt;
		if (page + 1 >= PAGES_A_ROUND) return nextAt === null ? null : nextAt + PAUSE_MS;
	}
}
