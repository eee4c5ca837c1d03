import type { INodeProperties } from 'n8n-workflow';
import { parseCustomer } from '../../../../src/customers/identity';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'The merged customer comes back with everything that was theirs, and with what came in since under their own ID, email address or phone. Messages and journeys decided since the merge stay with the other one. It happens in test runs too.',
		name: 'unmergeNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Split Off',
		name: 'other',
		type: 'string',
		default: '={{ $json.merged }}',
		required: true,
		placeholder: 'e.g. jane.doe@example.org',
		description: 'Customer ID, email address or phone number that the merged customer had before the merge',
	},
];

export const description = showFor('customer', 'unmerge', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const other = parseCustomer(run.values(index).value('other'), 'Split Off');
		const answer = await run.store.run('customers.unmerge', { other });
		await run.wake();
		return [{ customer: answer.other, splitFrom: answer.customer, counts: answer.counts, changed: true, result: `Customer ${answer.other.id} split off from ${answer.customer.id}` }];
	});
