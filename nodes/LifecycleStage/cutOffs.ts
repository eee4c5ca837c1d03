import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';
import { JourneyError } from '../../src/core/errors';
import { cutOffsInWords } from '../../src/lifecycle/cutOffsInWords';
import { lifecycleSettings, type LifecycleSettings } from '../../src/lifecycle/settings';
import type { StageSummary } from '../../src/lifecycle/summary';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';
import { toNodeError } from '../../src/n8n/errors';
import { withStore } from '../../src/n8n/storeAccess';

const LABELS: FormLabels = {
	due: 'Due After (Times the Usual Gap)',
	dormant: 'Dormant After (Times the Usual Gap)',
	churned: 'Churned After (Times the Usual Gap)',
	dueDays: 'Due After (Days)',
	dormantDays: 'Dormant After (Days)',
	churnedDays: 'Churned After (Days)',
	holdDays: 'Stage Must Hold For (Days)',
	vipPercent: 'VIPs (% of Buyers)',
};
/** In the unit of the form, so that a refusal speaks of it. */
const vipForm = z.strictObject({ vipPercent: z.number().min(0).max(100) });

/** Where stages begin, what the shop's own customers suggest, and how many customers each has. */
export async function showStages(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await oneItem(context, async (store) => shown(await store.run('lifecycle.summary', {})));
}

/** Saves the form for the whole shop, once per run however many items came in. */
export async function editStages(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await oneItem(context, async (store) => {
		const before = await store.run('lifecycle.summary', {});
		const settings = settingsWanted(context, before);
		await store.run('figures.configure', { family: 'lifecycle', settings });
		return { ...shown({ ...before, settings }), result: 'Saved. It holds from the next computation of the figures on, which starts nobody on a journey.' };
	});
}

function settingsWanted(context: IExecuteFunctions, { settings, proposal }: StageSummary): LifecycleSettings {
	const of = (name: string) => Number(context.getNodeParameter(name, 0));
	const { vipPercent } = readForm(vipForm, { vipPercent: of('vipPercent') }, LABELS);
	const common = { ...settings, holdDays: of('holdDays'), vipShare: vipPercent / 100 };
	if (context.getNodeParameter('takeProposal', 0) === true) {
		if (!proposal) throw new JourneyError('bad_input', 'The shop\'s own customers suggest nothing yet: too few of them have come back, or the figures were never computed. Fill in the values yourself.', { field: 'Take the Shop\'s Own Values' });
		return readForm(lifecycleSettings, { ...common, by: 'gap', due: proposal.due, dormant: proposal.dormant, churned: proposal.churned }, LABELS);
	}
	const by = context.getNodeParameter('by', 0);
	const values = by === 'days' ? { dueDays: of('dueDays'), dormantDays: of('dormantDays'), churnedDays: of('churnedDays') } : { due: of('due'), dormant: of('dormant'), churned: of('churned') };
	return readForm(lifecycleSettings, { ...common, by, ...values }, LABELS);
}

function shown({ settings, proposal, stages, vip, asOf }: StageSummary): IDataObject {
	return { stages: cutOffsInWords(settings), settings: settings as unknown as IDataObject, proposal: proposal as unknown as IDataObject | null, customers: stages as unknown as IDataObject, vip, asOf: asOf === null ? null : new Date(asOf).toISOString() };
}

async function oneItem(context: IExecuteFunctions, work: Parameters<typeof withStore<IDataObject>>[1]): Promise<INodeExecutionData[][]> {
	try {
		const json = await withStore(context, work);
		return [[{ json, pairedItem: context.getInputData().map((_, item) => ({ item })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}
