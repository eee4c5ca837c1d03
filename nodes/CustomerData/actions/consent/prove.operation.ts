import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [
	customer,
	{
		displayName: 'Gives files that a lawyer can read: each answer with its wording, and each message with the answer that held. Of an erased customer it gives the act of destruction and the extract of the journal.',
		name: 'proveNotice',
		type: 'notice',
		default: '',
	},
];

export const description = showFor('consent', 'prove', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItemWithFiles(async (index) => {
		const { about, erased, madeAt, files } = await run.store.run('customers.proof', { ref: run.values(index).customer() });
		const result = erased ? 'Act of destruction and journal of an erased customer' : 'Proof of consents and messages';
		return { json: { about, erased, madeAt, files: files.map(({ name }) => name), result }, files };
	});
