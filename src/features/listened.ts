import { liveJourneys } from '../journeys/liveJourneys';
import { subjectOf, watches } from '../journeys/dates/schedule';
import { read } from '../store/port';
import { FIGURES, thresholdsOf } from '../value/figureCrossed';
import type { FeatureName } from './contract';

/** Drifting figures that journeys listen to. */
export interface Listened {
	/** Values that a figure is told to cross, in the unit of the table `feature`. */
	thresholds: { column: FeatureName; above: number }[];
	/** A journey starts by the day of the next purchase. */
	nextPurchase: boolean;
}

/** What has to be written the same day, however little it has moved. */
export const listenedFigures = read(async (tx, _input: Record<string, never>): Promise<Listened> => {
	const thresholds = thresholdsOf((await liveJourneys(tx, await tx.now())).map(({ settings }) => settings));
	const subjects = (await watches(tx)).map(subjectOf);
	return { thresholds: thresholds.map(({ figure, value }) => ({ column: FIGURES[figure].column, above: value * FIGURES[figure].unit })), nextPurchase: subjects.includes('nextPurchase') };
});
