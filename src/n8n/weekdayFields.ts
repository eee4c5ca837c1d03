import type { INodePropertyOptions } from 'n8n-workflow';

/** In the order of the week: a list of days sorted by letters would have to be searched. */
export const WEEKDAY_OPTIONS: INodePropertyOptions[] = [
	{ name: 'Monday', value: 'mon' },
	{ name: 'Tuesday', value: 'tue' },
	{ name: 'Wednesday', value: 'wed' },
	{ name: 'Thursday', value: 'thu' },
	{ name: 'Friday', value: 'fri' },
	{ name: 'Saturday', value: 'sat' },
	{ name: 'Sunday', value: 'sun' },
];
