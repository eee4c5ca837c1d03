import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { BatchRef, ReleasedItem } from '../../src/journeys/contract';
import { itemOf, skipMovedOn, stepKeyOf } from '../../src/n8n/journeyContext';
import { withStore } from '../../src/n8n/storeAccess';
import { lateness } from './lateness';
import { outputsOf } from './outputs';

/** Lets the customers of a batch go, each by the output of what ended the wait. A batch that was given out before gives nothing. */
export async function release(context: IExecuteFunctions, batch: BatchRef): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const claim = { ...batch, workflowId: String(context.getWorkflow().id), stepKey: stepKeyOf(node), skipMovedOn: skipMovedOn(context), late: lateness(node) };
	const { items } = await withStore(context, async (store) => await store.run('journeys.claimBatch', claim));
	const outputs = outputsOf(context);
	const lists = outputs.lists();
	for (const item of items) lists[outputs.of(item)]?.push({ json: { ...itemOf(item), wait: waitOf(item) }, pairedItem: { item: 0 } });
	return lists;
}

function waitOf({ outcome, lateByMs }: ReleasedItem): IDataObject {
	if (outcome.by === 'event') return { endedBy: 'event', event: outcome.event as unknown as IDataObject };
	return lateByMs === undefined ? { endedBy: 'time' } : { endedBy: 'time', late: true, lateByMinutes: Math.floor(lateByMs / 60_000) };
}
