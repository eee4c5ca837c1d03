import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { BatchRef } from '../../src/journeys/contract';
import type { WaitOutcome } from '../../src/journeys/waitRequest';
import { itemOf, skipMovedOn, stepKeyOf } from '../../src/n8n/journeyContext';
import { withStore } from '../../src/n8n/storeAccess';

/** Lets the customers of a batch go, each by the output of what ended the wait. A batch that was given out before gives nothing. */
export async function release(context: IExecuteFunctions, batch: BatchRef): Promise<INodeExecutionData[][]> {
	const claim = { ...batch, workflowId: String(context.getWorkflow().id), stepKey: stepKeyOf(context.getNode()), skipMovedOn: skipMovedOn(context) };
	const { items } = await withStore(context, async (store) => await store.run('journeys.claimBatch', claim));
	const outputs = emptyOutputs(context);
	for (const item of items) {
		const json = { ...itemOf(item), wait: outcomeOf(item.outcome) };
		outputs[outputOf(item.outcome, outputs.length)]?.push({ json, pairedItem: { item: 0 } });
	}
	return outputs;
}

/** One list per output: *Time's Up* and, when the node waits for events, one for each. */
export function emptyOutputs(context: IExecuteFunctions): INodeExecutionData[][] {
	const events = context.getNodeParameter('waitFor', 0) === 'event' ? (context.getNodeParameter('events.events', 0, []) as unknown[]) : undefined;
	return Array.from({ length: events ? 1 + Math.max(1, events.length) : 1 }, () => []);
}

/** An event that the node does not list any more (it was edited while customers waited) ends the wait all the same. */
function outputOf(outcome: WaitOutcome, count: number): number {
	return outcome.by === 'event' && outcome.branch + 1 < count ? outcome.branch + 1 : 0;
}

function outcomeOf(outcome: WaitOutcome): IDataObject {
	return outcome.by === 'time' ? { endedBy: 'time' } : { endedBy: 'event', event: outcome.event as unknown as IDataObject };
}
