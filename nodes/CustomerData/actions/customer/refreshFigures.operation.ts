import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Figures (RFM groups, rhythm, next purchase, stage, value) are refreshed once a day by themselves, and with every order for its customer. This does it now, for all customers, in one go.',
		name: 'refreshNotice',
		type: 'notice',
		default: '',
	},
];

export const description = showFor('customer', 'refreshFigures', properties);

export const execute = async (run: CustomerDataRun): Promise<INodeExecutionData[]> => await run.refreshFigures();
