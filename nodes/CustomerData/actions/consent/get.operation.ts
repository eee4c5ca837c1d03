import type { INodeProperties } from 'n8n-workflow';
import { JourneyError } from '../../../../src/core/errors';
import type { CustomerDataRun } from '../../run';
import { customer, showFor } from '../fields';

const properties: INodeProperties[] = [customer];

export const description = showFor('consent', 'get', properties);

export const execute = (run: CustomerDataRun) =>
	run.lookUp('consents.get', (rows) => {
		if (!rows) throw new JourneyError('unknown_customer', 'No customer is found by what stands in Customer: correct it.', { field: 'Customer' });
		const consents = rows.map(({ at, expiresAt, ...row }) => ({ ...row, at: iso(at), expiresAt: expiresAt === null ? null : iso(expiresAt) }));
		const words = consents.map(({ channel, purpose, status }) => `${channel}/${purpose} ${status}`).join(', ');
		return { consents, result: words || 'No consent is recorded' };
	});

const iso = (atMs: number) => new Date(atMs).toISOString();
