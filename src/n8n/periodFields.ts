import type { INodePropertyOptions } from 'n8n-workflow';

/** Windows of a policy's rules (contact-policy.md section 4): calendar ones in the customer's zone, then rolling ones. */
export const PERIOD_OPTIONS: INodePropertyOptions[] = [
	{ name: 'Calendar Day', value: 'day', description: "From midnight to midnight by the customer's clock" },
	{ name: 'Calendar Month', value: 'month' },
	{ name: 'Calendar Week', value: 'week' },
	{ name: '1 Hour', value: 'PT1H', description: 'Any 60 minutes' },
	{ name: '24 Hours', value: 'P1D', description: 'Any 24 hours' },
	{ name: '7 Days', value: 'P7D', description: 'Any 7 days' },
	{ name: '14 Days', value: 'P14D', description: 'Any 14 days' },
	{ name: '30 Days', value: 'P30D', description: 'Any 30 days' },
	{ name: '90 Days', value: 'P90D', description: 'Any 90 days' },
];

/** The same, or a length that the form asks for. */
export const PERIODS_AND_OTHERS: INodePropertyOptions[] = [...PERIOD_OPTIONS, { name: 'Another Length', value: 'other' }];
