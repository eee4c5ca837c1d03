import { segmentOfEntry } from '../segments/entrySegment';
import type { JourneySettings } from '../journeys/settings';
import { inPages } from './inPages';
import type { StoreHandle } from './storeRegistry';

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
	const { nextDueAt } = await inPages(
		async () => {
			const { work, nextAt } = await store.run('segments.look', { name });
			if (work) await store.run('segments.keepUp', work);
			return { more: work !== null, nextDueAt: nextAt, now: nextAt ?? undefined };
		},
		{ most: 5, pauseMs: 100 },
	);
	return nextDueAt;
}
