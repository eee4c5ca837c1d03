import { nextPurchase, type NextPurchaseModel } from '../../rhythm/nextPurchase';
import { RHYTHMS } from '../../rhythm/patternNames';
import { rhythm as family, type RhythmModel } from '../../rhythm/rhythm';
import type { CommandContext } from '../context';
import { countLabels, figuresOfFamilies, type FigureOptions } from '../figuresOfFamilies';
import type { Register } from '../program';
import { count, counted, instantText, iso, table } from '../words';

/** `rhythm`: how customers order, and when they order next (intelligence.md, "Purchase rhythm" and "Next purchase"). */
export const registerRhythm: Register = (program, run) => {
	program
		.command('rhythm')
		.description('purchase rhythm: who orders regularly, in bursts, in season, and when next')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--per-customer <file>', 'write a CSV file with one row a customer')
		.action(run(rhythm));
};

async function rhythm(context: CommandContext, options: FigureOptions): Promise<void> {
	const patterns = new Map<string, number>();
	await figuresOfFamilies(
		context,
		options,
		{
			names: [family.name, nextPurchase.name],
			head: ['pattern', 'expectedGapDays', 'nextAt', 'nextFrom', 'nextUntil', 'noReturn', 'reason', 'nextReason'],
			row: (one) => (one.text('rhythm') === '' ? undefined : [one.text('rhythm'), one.text('expected_gap_days'), ...(['next_at', 'next_from', 'next_until'] as const).map((name) => one.instant(name)), one.text('no_return'), one.reason(family.name), one.reason(nextPurchase.name)]),
			add: (figures) => countLabels(patterns, figures, 'rhythm'),
		},
		async (done, fittedOf) => {
			const [model, { calibration }] = [fittedOf(family.name).model as RhythmModel, fittedOf(nextPurchase.name).model as NextPurchaseModel];
			const listed = RHYTHMS.map((pattern) => ({ pattern, customers: patterns.get(pattern) ?? 0 }));
			const buyers = listed.reduce((sum, { customers }) => sum + customers, 0);
			const [p25, p50, p75] = calibration.before;
			const tried = { dates: calibration.dates, p25, p50, p75 };
			await context.answer({ asOf: iso(done.asOf), customers: buyers, patterns: listed, gapDays: model.gap, longGapDays: model.p90, evenness: model.k, calibration: tried }, () => {
				const lines = listed.map(({ pattern, customers }) => [pattern.replace('_', ' '), customers, `${buyers === 0 ? 0 : ((100 * customers) / buyers).toFixed(1)} %`]);
				const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
				const told = calibration.dates === 0 ? '' : `Tried on the past: of ${count(calibration.dates)} predictions ${percent(p25)}, ${percent(p50)} and ${percent(p75)} came before P25, P50 and P75; the dates are moved a third of the way to 25, 50 and 75 %.\n`;
				return `As of ${instantText(done.asOf)}: ${counted(buyers, 'customer')} with orders; the shop's usual gap is ${count(Math.round(model.gap))} days, nine of ten are at most ${count(Math.round(model.p90))}.\n${told}\n${table(['Rhythm', 'Customers', 'Share'], lines)}`;
			});
		},
	);
}
