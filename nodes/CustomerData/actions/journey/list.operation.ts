import type { INodeProperties } from 'n8n-workflow';
import type { Passenger } from '../../../../src/journeys/passengers';
import type { CustomerDataRun } from '../../run';
import { customer, limited, showFor } from '../fields';
import { journeyKey, needed } from './fields';

const properties: INodeProperties[] = [
	{
		displayName: 'List',
		name: 'listWhat',
		type: 'options',
		options: [
			{ name: 'Where a Customer Is', value: 'customer' },
			{ name: 'Who Is on a Journey', value: 'journey' },
		],
		default: 'customer',
	},
	{ ...customer, displayOptions: { show: { listWhat: ['customer'] } } },
	{
		displayName: 'With Ended Journeys',
		name: 'withEnded',
		type: 'boolean',
		default: false,
		description: 'Whether to list journeys too that the customer has left or come to the end of',
		displayOptions: { show: { listWhat: ['customer'] } },
	},
	{ ...journeyKey, displayOptions: { show: { listWhat: ['journey'] } } },
	...limited,
];

export const description = showFor('journey', 'list', properties);

export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const whose = run.text('listWhat', index) === 'customer' ? { ref: run.values(index).customer(), ended: run.flag('withEnded', index) } : { journey: needed('Journey', run.text('journeyKey', index)) };
		const found = await run.pages<Passenger>(index, (limit, last) => run.store.run('journeys.list', { ...whose, limit, after: last?.enrolment }));
		return found.map(({ customer, way, enrolment }) => ({
			customer,
			onJourney: { ...way, enrolment, enteredAt: iso(way.enteredAt), endedAt: iso(way.endedAt), dueAt: iso(way.dueAt), goalAt: iso(way.goalAt), goalReversedAt: iso(way.goalReversedAt) },
		}));
	});

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
