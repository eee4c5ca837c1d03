import type { INodeProperties } from 'n8n-workflow';
import { customerField } from '../../src/n8n/customerField';

const showFor = (operation: string, more: Record<string, (string | boolean)[]> = {}): INodeProperties['displayOptions'] => ({ show: { operation: [operation], ...more } });

/** In the order of a customer's life; outputs stand in the order in which stages are chosen. */
const STAGES = [
	{ name: 'Active', value: 'active', description: 'Ordered at least twice, and it is not time for the next order yet' },
	{ name: 'Churned', value: 'churned', description: 'Three times as long as usual without an order, or longer than nearly everybody who ever came back' },
	{ name: 'Dormant', value: 'dormant', description: 'Clearly late: more than one and a half times the usual gap' },
	{ name: 'Due', value: 'due', description: 'It would be time for the next order' },
	{ name: 'Lead', value: 'lead', description: 'Has not ordered yet' },
	{ name: 'New', value: 'new', description: 'Ordered once, not long ago' },
	{ name: 'Returned', value: 'returned', description: 'Ordered again after having been dormant or churned' },
	{ name: 'Seasonal', value: 'seasonal', description: 'Orders in one season of the year only, and the next one is not over yet' },
];

const route: INodeProperties[] = [
	customerField(showFor('route')),
	{
		displayName: 'Stages',
		name: 'stages',
		type: 'multiOptions',
		noDataExpression: true,
		options: STAGES,
		default: ['new', 'active', 'due', 'dormant', 'churned'],
		description: 'Each gets an output of its own; all other customers leave by Other',
		displayOptions: showFor('route'),
	},
	{
		displayName: 'VIPs Go Their Own Way',
		name: 'vipFirst',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description: 'Whether the best customers leave by an output of their own, VIP, whatever their stage. They are the tenth with the highest margin of twelve months (revenue, where no margin is known).',
		displayOptions: showFor('route'),
	},
];

const number = (displayName: string, name: string, value: number, description: string, by: string, typeOptions: INodeProperties['typeOptions']): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	typeOptions,
	default: value,
	description,
	displayOptions: showFor('edit', { takeProposal: [false], by: [by] }),
});

const times = { minValue: 0.1, maxValue: 100, numberPrecision: 2 };
const days = { minValue: 1, maxValue: 36500 };

const edit: INodeProperties[] = [
	{
		displayName: 'This holds for the whole shop, in all journeys. It is saved when this node runs, also in a test run. A change starts nobody on a journey.',
		name: 'editNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor('edit'),
	},
	{
		displayName: 'Take the Shop\'s Own Values',
		name: 'takeProposal',
		type: 'boolean',
		default: false,
		description: 'Whether a customer counts as due, dormant and churned when half, four in five and nineteen in twenty of those who ever came back had done so. Show Stages prints these values and their curve.',
		displayOptions: showFor('edit'),
	},
	{
		displayName: 'Measured By',
		name: 'by',
		type: 'options',
		options: [
			{ name: 'Each Customer\'s Own Rhythm', value: 'gap', description: 'Somebody who orders every week is late after days, somebody who orders twice a year after months' },
			{ name: 'The Same Days for All', value: 'days' },
		],
		default: 'gap',
		displayOptions: showFor('edit', { takeProposal: [false] }),
	},
	number('Due After (Times the Usual Gap)', 'due', 1, 'Up to here a customer is new or active', 'gap', times),
	number('Dormant After (Times the Usual Gap)', 'dormant', 1.5, 'Up to here a customer is due', 'gap', times),
	number('Churned After (Times the Usual Gap)', 'churned', 3, 'Up to here a customer is dormant. Earlier, when only one gap in a hundred in this shop was ever longer.', 'gap', times),
	number('Due After (Days)', 'dueDays', 30, 'Up to here a customer is new or active', 'days', days),
	number('Dormant After (Days)', 'dormantDays', 60, 'Up to here a customer is due', 'days', days),
	number('Churned After (Days)', 'churnedDays', 180, 'Up to here a customer is dormant', 'days', days),
	{
		displayName: 'Stage Must Hold For (Days)',
		name: 'holdDays',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 90 },
		default: 3,
		description: 'A stage that time alone has brought starts journeys when it has held for so long; an order counts at once',
		displayOptions: showFor('edit'),
	},
	{
		displayName: 'VIPs (% of Buyers)',
		name: 'vipPercent',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 10,
		description: 'Those with the highest margin of twelve months',
		displayOptions: showFor('edit'),
	},
];

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Edit Stages', value: 'edit', action: 'Edit stages', description: 'Change where stages begin, for the whole shop' },
			{ name: 'Route Customers', value: 'route', action: 'Route customers by stage', description: 'Send each customer on by the stage they are in' },
			{ name: 'Show Stages', value: 'show', action: 'Show stages', description: 'Where stages begin now, what the shop\'s own customers suggest, and how many customers each stage has' },
		],
		default: 'route',
	},
	...route,
	...edit,
];
