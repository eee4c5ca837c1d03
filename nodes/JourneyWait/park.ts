import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import type { Parking } from '../../src/journeys/contract';
import { BATCH_LIMIT } from '../../src/journeys/item';
import { chunksOf } from '../../src/n8n/chunks';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { ownFields, placeNeeded, stepKeyOf } from '../../src/n8n/journeyContext';
import { sameForAll } from '../../src/n8n/sameForAll';
import { withStore } from '../../src/n8n/storeAccess';
import { wakeLoops } from '../../src/n8n/wake';
import { readWait } from './settings';

/**
 * Hands the customers to the store: nobody leaves this node now. An item that cannot be parked becomes an error of its own;
 * the others are parked all the same.
 */
export async function park(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const problems = new ItemProblems(context, items);
	const settingsOf = sameForAll(context, (index) => settingsOfItem(context, index));
	const parkings = items.flatMap((item, index): Parking[] => {
		const parking = problems.attempt(index, () => ({ index, journey: placeNeeded(item), own: ownFields(item.json), ...settingsOf(index) }));
		return parking ? [parking] : [];
	});
	const { id: nodeId, name: nodeName } = context.getNode();
	const step = { workflowId: String(context.getWorkflow().id), stepKey: stepKeyOf(context.getNode()), nodeName, nodeId };
	const warnings = new Map<string, number>();
	let parked = 0;
	await withStore(context, async (store) => {
		for (const chunk of chunksOf(parkings, BATCH_LIMIT)) {
			for (const answer of await store.run('journeys.park', { ...step, parkings: chunk })) {
				if (answer.result === 'refused') problems.add(answer.index, new JourneyError(answer.code as JourneyErrorCode, answer.message));
				else {
					parked++;
					if ('warning' in answer && answer.warning) warnings.set(answer.warning, (warnings.get(answer.warning) ?? 0) + 1);
				}
			}
		}
		// Whoever waits for something that has happened already, or for no time at all, goes on at once.
		wakeLoops((await store.store()).storeId);
	});
	for (const [warning, count] of warnings) context.addExecutionHints({ message: `${count} ${count === 1 ? 'customer' : 'customers'}: ${warning}`, location: 'outputPane' });
	return [problems.finish(`The other ${parked} customers were taken in and wait.`)];
}

function settingsOfItem(context: IExecuteFunctions, index: number): Pick<Parking, 'wait' | 'restartsOnEntry'> {
	const { restartsOnEntry = 'auto' } = context.getNodeParameter('options', index, {}) as Pick<Parking, 'restartsOnEntry'>;
	return { wait: readWait(context, index), restartsOnEntry };
}
