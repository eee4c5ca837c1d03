import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Erasing removes a customer\'s personal data for good, ends their journeys and cancels their messages. Sums and counts stay, without a name. It happens in test runs too.',
		name: 'eraseNotice',
		type: 'notice',
		default: '',
	},
	customer,
	{
		displayName: 'Requested By',
		name: 'requestedBy',
		type: 'string',
		default: '',
		placeholder: 'e.g. customer, by email of 21 November',
		description: 'Kept with the certificate of erasure, to show who asked for it',
	},
];

export const description = showFor('customer', 'erase', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const requestedBy = run.text('requestedBy', index).trim() || undefined;
		const certificate = await run.store.run('customers.erase', { ref: run.values(index).customer(), requestedBy });
		const result = certificate.result === 'erased' ? 'Customer erased' : 'Customer was erased before: nothing changed';
		return [{ ...certificate, erasedAt: new Date(certificate.erasedAt).toISOString(), changed: certificate.result === 'erased', result }];
	});
