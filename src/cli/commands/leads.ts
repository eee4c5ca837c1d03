import { calibrate, type Calibration, type LeadCase } from '../../scoring/calibrate';
import { DEFAULT_SCORE, type LeadRules } from '../../scoring/rules';
import { inWords } from '../../scoring/reasons';
import type { SavedScore } from '../../scoring/savedScores';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { UsageError } from '../exitCodes';
import { readCountOption } from '../options';
import type { Register } from '../program';
import { count, counted, iso, table } from '../words';

const DAY_MS = 86_400_000;
/** Instants of the past that are looked at, one horizon apart, so that no order counts twice. */
const MOST_CUTS = 6;

/** `leads`: how leads stand, what the score was worth, and which points would tell better (intelligence.md, "Lead score"). */
export const registerLeads: Register = (program, run) => {
	program
		.command('leads')
		.description('how leads stand, who became a customer by score, and points that would tell better')
		.option('--score <name>', 'which lead score', DEFAULT_SCORE)
		.option('--horizon <days>', 'a lead becomes a customer when the first order comes within so many days', '30')
		.option('--accept', 'save the suggested points and thresholds')
		.action(run(leads));
};

async function leads(context: CommandContext, options: { score: string; horizon: string; accept?: boolean }): Promise<void> {
	const horizonDays = readCountOption('--horizon', options.horizon, 365);
	await context.withStore(async (store) => {
		const score = await scoreNamed(store, options.score);
		const { now } = await store.run('store.settings', {});
		const { levels, cases } = await everybody(store, score.name, now, horizonDays);
		const calibration = calibrate(score.rules, cases);
		if (options.accept && !calibration.suggestion) throw new UsageError('--accept: there is nothing to accept, too few leads became customers. Leave it out to see the figures.');
		const saved = options.accept && calibration.suggestion ? await store.run('leads.save', { name: score.name, rules: calibration.suggestion.rules, savedBy: 'leads --accept' }) : null;
		await context.answer(asJson(score, now, horizonDays, levels, calibration, saved?.version ?? null), () => asText(score, horizonDays, levels, calibration, saved?.version ?? null));
	}, { thread: true });
}

async function scoreNamed(store: Store, name: string): Promise<SavedScore> {
	const scores = await store.run('leads.list', {});
	const score = scores.find((one) => one.name === name);
	if (!score) throw new UsageError(`--score "${name}": there is no such lead score. There are: ${scores.map((one) => one.name).join(', ')}.`);
	return score;
}

/** Page by page, so that no other work on the store waits. */
async function everybody(store: Store, score: string, now: number, horizonDays: number) {
	const horizonMs = horizonDays * DAY_MS;
	const cuts = Array.from({ length: MOST_CUTS }, (_, place) => now - (MOST_CUTS - place) * horizonMs);
	const found = { levels: { hot: 0, warm: 0, cold: 0 }, cases: [] as LeadCase[] };
	for (let after: number | null = 0; after !== null; ) {
		const page: Awaited<ReturnType<typeof store.run<'leads.page'>>> = await store.run('leads.page', { score, after, cuts, horizonMs });
		for (const level of ['hot', 'warm', 'cold'] as const) found.levels[level] += page.levels[level];
		for (const one of page.cases) found.cases.push(one);
		after = page.next;
	}
	return found;
}

function asJson(score: SavedScore, now: number, horizonDays: number, levels: Record<string, number>, { suggestion, ...calibration }: Calibration, savedVersion: number | null) {
	return {
		asOf: iso(now),
		score: score.name,
		version: score.version,
		mql: score.rules.mql,
		sql: score.rules.sql,
		levels: Object.entries(levels).map(([level, customers]) => ({ level, customers })),
		calibration: { horizonDays, ...calibration, suggestion: suggestion && { mql: suggestion.rules.mql, sql: suggestion.rules.sql, points: suggestion.points.map(({ kind, place, ...one }) => ({ rule: ruleName(score.rules, kind, place), ...one })) } },
		savedVersion,
	};
}

function asText(score: SavedScore, horizonDays: number, levels: Record<string, number>, { leads: cases, converted, bands, suggestion, ranking }: Calibration, savedVersion: number | null): string {
	const today = `Lead score "${score.name}": hot from ${score.rules.sql} points ${count(levels.hot ?? 0)}, warm from ${score.rules.mql} ${count(levels.warm ?? 0)}, cold ${count(levels.cold ?? 0)}.\n`;
	const rows = bands.map(({ from, to, leads: many, converted: bought }) => [from === null ? `below ${to ?? ''}` : to === null ? `${from} and more` : `${from} to ${to}`, many, bought, many === 0 ? '' : `${((100 * bought) / many).toFixed(1)} %`]);
	const past = `${counted(cases, 'lead')} at ${MOST_CUTS} instants of the past; ${count(converted)} of them ordered for the first time within ${counted(horizonDays, 'day')}.\n`;
	if (!suggestion) return [today, past, table(['Points', 'Leads', 'Became customers', 'Share'], rows), 'Too few leads became customers, or too few did not, to suggest points.\n'].join('\n');
	const suggested = suggestion.points.map(({ kind, place, points, suggested: better, leads: many, tooFew }) => [ruleName(score.rules, kind, place), String(points), tooFew ? 'as it is: too few leads' : String(better), many]);
	const tells = ranking ? `On the latest leads, which the suggestion has not seen, a lead who became a customer has more points than one who did not in ${(100 * ranking.now).toFixed(0)} % of cases now, and in ${(100 * ranking.suggested).toFixed(0)} % by the suggested points (50 % is chance).\n` : '';
	const end = savedVersion === null ? 'To take the suggestion: leads --accept.\n' : `Saved as version ${savedVersion}; it starts nobody by itself.\n`;
	return [today, past, table(['Points', 'Leads', 'Became customers', 'Share'], rows), table(['Sign', 'Points', 'Suggested', 'Leads'], suggested), `Suggested: warm from ${suggestion.rules.mql}, hot from ${suggestion.rules.sql} points, so that as many leads are warm and hot as now.\n`, tells, end].filter(Boolean).join('\n');
}

function ruleName({ actions, facts }: LeadRules, kind: 'action' | 'fact', place: number): string {
	if (kind === 'action') return actions[place].label || inWords(actions[place].eventType);
	const [condition] = facts[place].conditions;
	return facts[place].label || inWords(condition.field.replace(/^attributes\./, ''));
}
