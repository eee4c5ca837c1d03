import { liveJourneys } from '../journeys/liveJourneys';
import type { JourneySettings } from '../journeys/settings';
import { leadPlans } from '../store/plans/leadPlans';
import type { Tx } from '../store/port';
import { DEFAULT_SCORE, LEAD_SCORE_CROSSED } from './rules';
import { keepScore } from './savedScores';

/** The score that a journey starts by; undefined: it starts by something else. */
export function scoreOfEntry({ eventType, filter }: JourneySettings['entry']): string | undefined {
	if (eventType !== LEAD_SCORE_CROSSED) return undefined;
	const named = filter.find(({ field, operator }) => field === 'score' && operator === 'equals')?.value;
	return named === undefined ? DEFAULT_SCORE : String(named);
}

/**
 * A journey listens to a score from now on.
 * @param listened what the journey was until now; undefined: it is new, or comes back after it was switched off. What time did while nobody listened starts nobody (journeys.md section 10)
 * @throws JourneyError `bad_input` when there is no such score
 */
export async function watchLeads(tx: Tx, { key, entry }: JourneySettings, listened: JourneySettings | undefined, now: number): Promise<void> {
	const name = scoreOfEntry(entry);
	if (name === undefined) return;
	await keepScore(tx, name, now);
	if (listened && scoreOfEntry(listened.entry) === name) return;
	const others = (await liveJourneys(tx, now)).some(({ settings, on }) => on && settings.key !== key && scoreOfEntry(settings.entry) === name);
	if (!others) await tx.run(leadPlans.staleDue, { score: name, now });
}
