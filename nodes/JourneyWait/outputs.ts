import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ReleasedItem } from '../../src/journeys/contract';
import { lateness } from './lateness';

/** Which output a customer leaves by: the same order as the `outputs` expression. */
export interface Outputs {
	/** A list for each output. */
	lists(): INodeExecutionData[][];
	of(item: Pick<ReleasedItem, 'outcome' | 'lateByMs'>): number;
}

/** *Time's Up*, one for each event, and *Too Late*. */
export function outputsOf(context: IExecuteFunctions): Outputs {
	const events = context.getNodeParameter('waitFor', 0) === 'event' ? Math.max(1, (context.getNodeParameter('events.events', 0, []) as unknown[]).length) : 0;
	const tooLate = lateness(context.getNode())?.action === 'mark' ? 1 + events : undefined;
	return {
		lists: () => Array.from({ length: 1 + events + (tooLate === undefined ? 0 : 1) }, () => []),
		of: ({ outcome, lateByMs }) => {
			if (lateByMs !== undefined && tooLate !== undefined) return tooLate;
			// An event that the node does not list any more (it was edited while customers waited) ends the wait all the same.
			return outcome.by === 'event' && outcome.branch < events ? outcome.branch + 1 : 0;
		},
	};
}
