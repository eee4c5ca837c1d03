import type { INodeProperties } from 'n8n-workflow';
import { parseCustomer } from '../../../../src/customers/identity';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Everything of the other customer comes to the one who stays: journeys, messages, orders, consents. Nobody stays on the same journey twice, and a withdrawn consent wins. It happens in test runs too; Unmerge takes it back.',
		name: 'mergeNotice',
		type: 'notice',
		default: '',
	},
	{ ...customer, displayName: 'Customer Who Stays' },
	{
		displayName: 'Is the Same Person As',
		name: 'other',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. jane.doe@example.org',
		description: 'Customer ID, email address or phone number of the other customer. They lead to the one who stays from now on.',
	},
	{
		displayName: 'Merged By',
		name: 'mergedBy',
		type: 'string',
		default: '',
		placeholder: 'e.g. Maria, same delivery address',
		description: 'Kept with the merge, to show who decided it and why',
	},
];

export const description = showFor('customer', 'merge', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const survivor = run.values(index).customer();
		const other = parseCustomer(run.values(index).value('other'), 'Is the Same Person As');
		const { result, customer: united, merged, counts } = await run.store.run('customers.merge', { survivor, other, by: run.text('mergedBy', index).trim() || undefined });
		const changed = result === 'merged';
		// A message that was held may have lost its consent: it is judged again now.
		if (changed) await run.wake();
		return [{ customer: united, merged, counts, changed, result: changed ? `Customer ${merged} merged into ${united.id}` : 'Both are one customer already: nothing changed' }];
	});
