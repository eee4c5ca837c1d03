import { unitHash } from '../core/hash';
import type { OperationOutput } from '../operations';
import type { Store } from '../store/Store';
import { calibrate, type Calibration, type LeadCase } from './calibrate';
import type { Level } from './points';
import { inWords } from './reasons';
import type { LeadRules } from './rules';
import type { SavedScore } from './savedScores';

const DAY_MS = 86_400_000;
/** Instants of the past that are looked at, one horizon apart, so that no order counts twice. */
export const MOST_CUTS = 6;
/** More say nothing new; they only take memory. */
const MOST_CASES = 200_000;

/** How leads stand by a score, what it was worth, and which points would have told better. */
export interface ScoreReport {
	score: SavedScore;
	/** UTC milliseconds */
	asOf: number;
	horizonDays: number;
	/** Of all customers, today. */
	levels: Record<Level, number>;
	calibration: Calibration;
}

/**
 * Looks at the leads of the past, page by page, so that no other work on the store waits; of very many a fair sample.
 * @param of.score as {@link SavedScore} is saved @param of.horizonDays a lead becomes a customer when the first order comes within so many days
 */
export async function calibrateScore(store: Store, { score, horizonDays }: { score: SavedScore; horizonDays: number }): Promise<ScoreReport> {
	const { now } = await store.run('store.settings', {});
	const horizonMs = horizonDays * DAY_MS;
	const cuts = Array.from({ length: MOST_CUTS }, (_, place) => now - (MOST_CUTS - place) * horizonMs);
	const levels: Record<Level, number> = { hot: 0, warm: 0, cold: 0 };
	const cases: LeadCase[] = [];
	let seen = 0;
	for (let after: number | null = 0; after !== null; ) {
		const page: OperationOutput<'leads.page'> = await store.run('leads.page', { score: score.name, after, cuts, horizonMs });
		for (const level of ['hot', 'warm', 'cold'] as const) levels[level] += page.levels[level];
		for (const one of page.cases) {
			// Each of those seen is kept with the same probability (Vitter 1985).
			const place = seen < MOST_CASES ? seen : Math.floor(unitHash('lead', seen) * (seen + 1));
			if (place < MOST_CASES) cases[place] = one;
			seen++;
		}
		after = page.next;
	}
	return { score, asOf: now, horizonDays, levels, calibration: calibrate(score.rules, cases) };
}

/** What a sign is called, for a person. */
export function signName({ actions, facts }: LeadRules, kind: 'action' | 'fact', place: number): string {
	if (kind === 'action') return actions[place].label || inWords(actions[place].eventType);
	const [condition] = facts[place].conditions;
	return facts[place].label || inWords(condition.field.replace(/^attributes\./, ''));
}

/** "below 0", "12.5 to 25", "50 and more". */
export function bandInWords({ from, to }: { from: number | null; to: number | null }): string {
	return from === null ? `below ${to ?? ''}` : to === null ? `${from} and more` : `${from} to ${to}`;
}

/** How well both point systems tell buyers from others; empty where it cannot be said. */
export function rankingInWords({ ranking }: Calibration): string {
	if (!ranking) return '';
	const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
	return `On the latest leads, which the suggestion has not seen, a lead who became a customer has more points than one who did not in ${percent(ranking.now)} of cases now, and in ${percent(ranking.suggested)} by the suggested points (50 % is chance).`;
}
