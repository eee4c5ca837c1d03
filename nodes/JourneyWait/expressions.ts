import type { INodeTypeDescription } from 'n8n-workflow';

/**
 * n8n reads these as expressions in the editor and when the workflow runs: the functions see nothing but their argument.
 */

interface Form {
	waitFor?: string;
	amount?: number;
	unit?: string;
	time?: string;
	events?: { events?: { eventType?: string }[] };
	timeoutAmount?: number;
	timeoutUnit?: string;
	options?: { late?: string };
}

/** *Time's Up*, then one output per event, named after its type, then *Too Late* where the marketer asked for it. */
function outputs(parameters: Form) {
	const timesUp = { type: 'main', displayName: "Time's Up" };
	const tooLate = parameters.options?.late === 'output' ? [{ type: 'main', displayName: 'Too Late' }] : [];
	if (parameters.waitFor !== 'event') return [timesUp, ...tooLate];
	const events = parameters.events?.events ?? [];
	const names = events.map((event, index) => event.eventType || `Event ${index + 1}`);
	return [timesUp, ...(names.length > 0 ? names : ['Event']).map((displayName) => ({ type: 'main', displayName })), ...tooLate];
}

function subtitle(parameters: Form) {
	const length = (amount: number | undefined, unit: string | undefined) => `${amount} ${unit === 'calendarDays' ? 'days' : unit}`.replace(/^1 (.*)s$/, '1 $1');
	const names = (parameters.events?.events ?? []).map((event) => event.eventType).filter(Boolean);
	switch (parameters.waitFor) {
		case 'delay':
			return length(parameters.amount, parameters.unit);
		case 'date':
			return 'until a date';
		case 'localTime':
			return `until ${parameters.time} for the customer`;
		default:
			return `${names.length > 1 ? `${names.length} events` : names[0] ?? 'an event'} or ${length(parameters.timeoutAmount, parameters.timeoutUnit)}`;
	}
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
