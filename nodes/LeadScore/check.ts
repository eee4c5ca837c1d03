import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError } from '../../src/core/errors';
import { toNodeError } from '../../src/n8n/errors';
import { text } from '../../src/n8n/eventFields';
import { calibrationOf } from '../../src/n8n/leadCalibration';
import { thousands } from '../../src/n8n/segmentSize';
import { withStore } from '../../src/n8n/storeAccess';
import { bandInWords, rankingInWords, signName, type ScoreReport } from '../../src/scoring/calibration';
import { DEFAULT_SCORE } from '../../src/scoring/rules';
import { rulesInWords } from '../../src/scoring/rulesInWords';

/** What the score was worth, and points that would tell better: shown, and taken where the marketer says so. Once per run. */
export async function checkScore(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const [name, horizonDays, take] = [text(context.getNodeParameter('score', 0)) || DEFAULT_SCORE, readDays(context), context.getNodeParameter('takeSuggestion', 0) === true];
		const json = await withStore(context, async (store): Promise<IDataObject> => {
			const report = await calibrationOf(context, store, name, horizonDays);
			const { suggestion } = report.calibration;
			if (!take) return shown(report);
			if (!suggestion) throw new JourneyError('bad_input', `There is nothing to take: ${thousands(report.calibration.converted)} of ${thousands(report.calibration.leads)} leads became customers, and 20 who did and 20 who did not are needed. Turn off "Take the Suggested Points" to see the report.`, { field: 'Take the Suggested Points' });
			const { version, result } = await store.run('leads.save', { name, rules: suggestion.rules, basedOn: report.score.version, savedBy: `workflow ${context.getWorkflow().name ?? ''}`.trim() });
			context.addExecutionHints({ message: 'The suggested points hold now. A node with Edit Scoring Rules puts its own points back when it runs again: change them there too, or remove it.', location: 'outputPane' });
			return { ...shown(report), result: result === 'saved' ? 'taken: holds wherever this score is used, and starts nobody by itself' : 'unchanged: these points were in force already', version, rules: rulesInWords(suggestion.rules) };
		});
		return [[{ json, pairedItem: context.getInputData().map((_, item) => ({ item })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}

function readDays(context: IExecuteFunctions): number {
	const days = Number(context.getNodeParameter('horizonDays', 0));
	if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
	throw new JourneyError('bad_input', '"Becomes a Customer Within (Days)" is not a whole number from 1 to 365.', { field: 'Becomes a Customer Within (Days)' });
}

function shown({ score: { name, rules, version }, asOf, horizonDays, levels, calibration }: ScoreReport): IDataObject {
	const { suggestion, bands, leads, converted } = calibration;
	return {
		score: name,
		version,
		asOf: new Date(asOf).toISOString(),
		today: { ...levels },
		horizonDays,
		leads,
		becameCustomers: converted,
		byPoints: bands.map(({ from, to, leads: many, converted: bought }) => ({ points: bandInWords({ from, to }), leads: many, becameCustomers: bought, percent: many === 0 ? null : Math.round((1_000 * bought) / many) / 10 })),
		suggestion: suggestion && {
			warmFrom: suggestion.rules.mql,
			hotFrom: suggestion.rules.sql,
			points: suggestion.points.map(({ kind, place, points, suggested, leads: many, tooFew }) => ({ sign: signName(rules, kind, place), points, suggested, leads: many, ...(tooFew && { why: 'too few leads show it, or too many: it stays as it is' }) })),
			says: rankingInWords(calibration),
		},
		result: suggestion ? 'looked only: to take the suggested points, turn on "Take the Suggested Points"' : 'too few leads became customers, or too few did not, to suggest points',
	};
}
