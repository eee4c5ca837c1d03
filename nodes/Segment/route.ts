import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { parseCustomer } from '../../src/customers/identity';
import { BATCH_LIMIT } from '../../src/journeys/item';
import { chunksOf } from '../../src/n8n/chunks';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { withStore } from '../../src/n8n/storeAccess';
import { segmentOf } from './settings';

/**
 * Sends each customer on by *In* or *Out*. Items stay as they came. Whoever the store does not know is in no segment.
 * @throws JourneyError for a segment that cannot be asked about
 */
export async function routeItems(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const segment = segmentOf(context);
	const name = 'name' in segment ? segment.name : null;
	const lists: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
	const problems = new ItemProblems(context, items);
	const asked = items.flatMap((_, index) => problems.attempt(index, () => [{ index, customer: parseCustomer(context.getNodeParameter('customer', index)) }]) ?? []);
	await withStore(context, async (store) => {
		for (const chunk of chunksOf(asked, BATCH_LIMIT)) {
			for (const { index, inside, why } of await store.run('segments.check', { segment, items: chunk })) {
				const json = { ...(items[index] as INodeExecutionData).json, segment: { name, inside, ...(why ? { why } : {}) } };
				lists[inside ? 0 : 1].push({ json, pairedItem: { item: index } });
			}
		}
	});
	lists[1].push(...problems.finish('The others went on by In or Out.'));
	return lists;
}
