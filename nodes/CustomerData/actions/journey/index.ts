import type { INodeProperties } from 'n8n-workflow';
import * as end from './end.operation';
import * as list from './list.operation';
import * as move from './move.operation';
import * as skipWait from './skipWait.operation';
import * as start from './start.operation';
import * as stop from './stop.operation';

export { end, list, move, skipWait, start, stop };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['journey'] } },
		options: [
			{
				name: 'End for Everybody',
				value: 'end',
				description: 'Take everybody out of a journey whose workflow is switched off or deleted',
				action: 'End a journey for everybody',
			},
			{
				name: 'List',
				value: 'list',
				description: 'Get where a customer is, or who is on a journey',
				action: 'List who is where',
			},
			{
				name: 'Move',
				value: 'move',
				description: 'Let a customer wait at another step of the journey',
				action: 'Move a customer to another step',
			},
			{
				name: 'Skip Wait',
				value: 'skipWait',
				description: 'Let a customer go on at once from where they wait',
				action: 'Skip the wait of a customer',
			},
			{
				name: 'Start',
				value: 'start',
				description: 'Let a customer enter a journey now, by its own rules',
				action: 'Start a customer on a journey',
			},
			{
				name: 'Stop',
				value: 'stop',
				description: 'Take a customer out of a journey, with whatever waits for them',
				action: 'Stop a customer on a journey',
			},
		],
		default: 'start',
	},
	...start.description,
	...stop.description,
	...end.description,
	...skipWait.description,
	...move.description,
	...list.description,
];
