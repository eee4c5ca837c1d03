import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { readForm, type FormLabels } from '../../../../src/n8n/formProblems';
import { worthInWords } from '../../../../src/value/worthInWords';
import { worthSettings, type WorthSettings } from '../../../../src/value/worthSettings';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';

const LABELS: FormLabels = { discountPercent: 'Discount Rate (% a Year)', horizonDays: 'Look Ahead (Days)', marginPercent: 'Margin (% of Revenue)' };
/** In the units of the form, so that a refusal speaks of them. */
const form = z.strictObject({ discountPercent: z.number().min(0).max(100), horizonDays: worthSettings.shape.horizonDays, marginPercent: z.number().min(0.1).max(100).nullable() });

const properties: INodeProperties[] = [
	{
		displayName: 'This holds for the whole shop: for lifetime value, value tiers and the margin of twelve months. It is saved when this node runs, also in a test run. A change starts nobody on a journey.',
		name: 'valueNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Margin Is Known',
		name: 'marginKnown',
		type: 'boolean',
		default: false,
		description: 'Whether you know what share of the revenue is left as margin. Products with a margin of their own always count with it. While this is off, all other products are taken to leave as much as those do on average; where no product has a margin, values are revenue.',
	},
	{
		displayName: 'Margin (% of Revenue)',
		name: 'marginPercent',
		type: 'number',
		typeOptions: { minValue: 0.1, maxValue: 100, numberPrecision: 2 },
		default: 40,
		displayOptions: { show: { marginKnown: [true] } },
		description: 'What is left of 100 in orders after goods and shipping, on average, for products without a margin of their own',
	},
	{
		displayName: 'Look Ahead (Days)',
		name: 'horizonDays',
		type: 'number',
		typeOptions: { minValue: 30, maxValue: 3650 },
		default: 1095,
		description: 'Lifetime value is what a customer has brought, and what they are expected to bring over this time. 1095 days are three years.',
	},
	{
		displayName: 'Discount Rate (% a Year)',
		name: 'discountPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 2 },
		default: 10,
		description: 'By how much money that comes in a year is worth less than money of today: what a loan costs you, or more where the future is unsure',
	},
];

export const description = showFor('customer', 'editValue', properties);

/** Once a run, however many items there are. */
export async function execute(run: CustomerDataRun): Promise<INodeExecutionData[]> {
	const marginKnown = run.flag('marginKnown', 0);
	const { discountPercent, horizonDays, marginPercent } = readForm(form, { discountPercent: run.number('discountPercent', 0), horizonDays: run.number('horizonDays', 0), marginPercent: marginKnown ? run.number('marginPercent', 0) : null }, LABELS);
	const settings: WorthSettings = { discountRate: discountPercent / 100, horizonDays, marginShare: marginPercent === null ? null : marginPercent / 100 };
	return await run.once(async () => {
		const { changed } = await run.store.run('figures.configure', { family: 'value', settings });
		return { result: changed ? 'Saved. It holds from the next computation of the figures on, which starts nobody on a journey.' : 'Unchanged: this held already.', settings: worthInWords(settings) };
	});
}
