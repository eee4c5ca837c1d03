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
 * @param wasOff the journey comes back after it was switched off: what time did meanwhile starts nobody (journeys.md section 10)
 * @throws JourneyError `bad_input` when there is no such score
 */
export async function watchLeads(tx: Tx, { entry }: JourneySettings, now: number, wasOff: boolean): Promise<void> {
	const name = scoreOfEntry(entry);
	if (name === undefined) return;
	await keepScore(tx, name, now);
	if (wasOff) await tx.run(leadPlans.staleDue, { now });
}
