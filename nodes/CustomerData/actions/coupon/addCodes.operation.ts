import type { INodeProperties } from 'n8n-workflow';
import { codesInput } from '../../../../src/coupons/records';
import { readForm } from '../../../../src/n8n/formProblems';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';
import { pool } from './fields';

const properties: INodeProperties[] = [
	pool,
	{
		displayName: 'Code',
		name: 'code',
		type: 'string',
		default: '={{ $json.code }}',
		required: true,
		placeholder: 'e.g. SAVE-K7QM-2XPA',
		description: 'One code an item, such as the rows of a spreadsheet',
	},
];

export const description = showFor('coupon', 'addCodes', properties);

export const execute = (run: CustomerDataRun) =>
	run.sendEach('coupons.addCodes', {
		input: (index) => readForm(codesInput, { pool: run.text('pool', index), code: run.text('code', index) }, { pool: 'Pool', code: 'Code' }),
		show: ({ result, code, pool: into }) => ({ coupon: { code, pool: into }, changed: result === 'added', result: result === 'added' ? 'Code added' : 'Code already there: nothing changed' }),
	});
