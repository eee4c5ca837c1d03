import { lifecycle as family } from '../../lifecycle/lifecycle';
import type { LifecycleModel } from '../../lifecycle/model';
import { STAGES } from '../../lifecycle/stages';
import type { LifecycleSettings } from '../../lifecycle/settings';
import type { CommandContext } from '../context';
import { countLabels, figuresOfFamilies, type FigureOptions } from '../figuresOfFamilies';
import type { Register } from '../program';
import { count, counted, instantText, iso, table } from '../words';

/** `lifecycle`: the stages of the shop's customers (intelligence.md, "Lifecycle stage"). */
export const registerLifecycle: Register = (program, run) => {
	program
		.command('lifecycle')
		.description('lifecycle stages: who is new, active, due, dormant or churned, by the own rhythm of each')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--per-customer <file>', 'write a CSV file with one row a customer')
		.action(run(lifecycle));
};

async function lifecycle(context: CommandContext, options: FigureOptions): Promise<void> {
	const stages = new Map<string, number>();
	const pending = new Map<string, number>();
	let vip = 0;
	await figuresOfFamilies(
		context,
		options,
		{
			names: [family.name],
			head: ['stage', 'since', 'pending', 'pendingSince', 'vip', 'reason'],
			row: (one) => [one.text('stage'), one.instant('stage_since'), one.text('stage_pending'), one.instant('stage_pending_since'), one.text('vip'), one.reason(family.name)],
			add: (figures) => {
				countLabels(stages, figures, 'stage');
				countLabels(pending, figures, 'stage_pending');
				const column = figures.columns.get('vip');
				if (column && 'numbers' in column) for (const one of column.numbers) vip += one === 1 ? 1 : 0;
			},
		},
		async (done, fittedOf) => {
			const fitted = fittedOf(family.name);
			const [model, settings] = [fitted.model as LifecycleModel, fitted.settings as LifecycleSettings];
			const cutOffs = settings.by === 'gap' ? { by: 'gap', due: settings.due, dormant: settings.dormant, churned: settings.churned } : { by: 'days', due: settings.dueDays, dormant: settings.dormantDays, churned: settings.churnedDays };
			const listed = STAGES.map((stage) => ({ stage, customers: stages.get(stage) ?? 0, pending: pending.get(stage) ?? 0 }));
			await context.answer({ asOf: iso(done.asOf), customers: done.customers, stages: listed, vip, cutOffs: { ...cutOffs, holdDays: settings.holdDays }, gapDays: model.gap, longestGapDays: model.p99, proposal: model.proposal }, () => {
				const lines = listed.map(({ stage, customers, pending: coming }) => [stage, customers, `${done.customers === 0 ? 0 : ((100 * customers) / done.customers).toFixed(1)} %`, coming === 0 ? '' : `${count(coming)} more soon`]);
				const unit = settings.by === 'gap' ? 'times the expected gap' : 'days';
				const suggested = model.proposal ? `This shop's own returns suggest ${model.proposal.due} / ${model.proposal.dormant} / ${model.proposal.churned} times the expected gap.\n` : '';
				return `As of ${instantText(done.asOf)}: ${counted(done.customers, 'customer')}, ${count(vip)} of them VIP. Due, dormant and churned after ${cutOffs.due} / ${cutOffs.dormant} / ${cutOffs.churned} ${unit}; the shop's usual gap is ${count(Math.round(model.gap))} days.\n${suggested}\n${table(['Stage', 'Customers', 'Share', 'Not told yet'], lines)}`;
			});
		},
	);
}
