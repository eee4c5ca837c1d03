import { SEGMENT_ENTERED, SEGMENT_LEFT } from '../journeys/ownEventTypes';

/** The segment that a journey starts by entering or leaving; undefined for journeys that start otherwise. */
export function segmentOfEntry({ eventType, filter }: { eventType: string; filter: readonly { field: string; operator: string; value?: unknown }[] }): string | undefined {
	if (eventType !== SEGMENT_ENTERED && eventType !== SEGMENT_LEFT) return undefined;
	const line = filter.find(({ field, operator }) => field === 'segment' && operator === 'equals');
	return line === undefined ? undefined : String(line.value);
}
