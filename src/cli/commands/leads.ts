import { bandInWords, calibrateScore, MOST_CUTS, rankingInWords, signName, type ScoreReport } from '../../scoring/calibration';
import { DEFAULT_SCORE } from '../../scoring/rules';
import type { SavedScore } from '../../scoring/savedScores';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { UsageError } from '../exitCodes';
import { readCountOption } from '../options';
import type { Register } from '../program';
import { count, counted, iso, table } from '../words';

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
		const report = await calibrateScore(store, { score, horizonDays });
		const { suggestion } = report.calibration;
		if (options.accept && !suggestion) throw new UsageError('--accept: there is nothing to accept, too few leads became customers. Leave it out to see the figures.');
		const saved = options.accept && suggestion ? await store.run('leads.save', { name: score.name, rules: suggestion.rules, basedOn: score.version, savedBy: 'leads --accept' }) : null;
		await context.answer(asJson(report, saved?.version ?? null), () => asText(report, saved?.version ?? null));
	}, { thread: true });
}

async function scoreNamed(store: Store, name: string): Promise<SavedScore> {
	const scores = await store.run('leads.list', {});
	const score = scores.find((one) => one.name === name);
	if (!score) throw new UsageError(`--score "${name}": there is no such lead score. There are: ${scores.map((one) => one.name).join(', ')}.`);
	return score;
}

function asJson({ score, asOf, horizonDays, levels, calibration: { suggestion, ...calibration } }: ScoreReport, savedVersion: number | null) {
	return {
		asOf: iso(asOf),
		score: score.name,
		version: score.version,
		mql: score.rules.mql,
		sql: score.rules.sql,
		levels: Object.entries(levels).map(([level, customers]) => ({ level, customers })),
		calibration: { horizonDays, ...calibration, suggestion: suggestion && { mql: suggestion.rules.mql, sql: suggestion.rules.sql, points: suggestion.points.map(({ kind, place, ...one }) => ({ rule: signName(score.rules, kind, place), ...one })) } },
		savedVersion,
	};
}

function asText({ score, horizonDays, levels, calibration }: ScoreReport, savedVersion: number | null): string {
	const { leads: cases, converted, bands, suggestion } = calibration;
	const today = `Lead score "${score.name}": hot from ${score.rules.sql} points ${count(levels.hot)}, warm from ${score.rules.mql} ${count(levels.warm)}, cold ${count(levels.cold)}.\n`;
	const rows = bands.map(({ from, to, leads: many, converted: bought }) => [bandInWords({ from, to }), many, bought, many === 0 ? '' : `${((100 * bought) / many).toFixed(1)} %`]);
	const past = `${counted(cases, 'lead')} at ${MOST_CUTS} instants of the past; ${count(converted)} of them ordered for the first time within ${counted(horizonDays, 'day')}.\n`;
	if (!suggestion) return [today, past, table(['Points', 'Leads', 'Became customers', 'Share'], rows), 'Too few leads became customers, or too few did not, to suggest points.\n'].join('\n');
	const suggested = suggestion.points.map(({ kind, place, points, suggested: better, leads: many, tooFew }) => [signName(score.rules, kind, place), String(points), tooFew ? 'as it is: too few leads' : String(better), many]);
	const tells = calibration.ranking ? `${rankingInWords(calibration)}\n` : '';
	const end = savedVersion === null ? 'To take the suggestion: leads --accept.\n' : `Saved as version ${savedVersion}; it starts nobody by itself.\n`;
	return [today, past, table(['Points', 'Leads', 'Became customers', 'Share'], rows), table(['Sign', 'Points', 'Suggested', 'Leads'], suggested), `Suggested: warm from ${suggestion.rules.mql}, hot from ${suggestion.rules.sql} points, so that as many leads are warm and hot as now.\n`, tells, end].filter(Boolean).join('\n');
}
