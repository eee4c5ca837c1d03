import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { parseCustomer } from '../../src/customers/identity';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { sameForAll, underSameSettings } from '../../src/n8n/sameForAll';
import { checkItems } from '../../src/n8n/segmentCheck';
import { withStore } from '../../src/n8n/storeAccess';
import { SEGMENT_FIELDS, segmentOf } from './settings';

/**
 * Sends each customer on by *In* or *Out*. Items stay as they came. Whoever the store does not know is in no segment.
 * @throws JourneyError for a segment that cannot be asked about
 */
export async function routeItems(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const lists: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
	const problems = new ItemProblems(context, items);
	const segmentFor = sameForAll(context, (index) => segmentOf(context, index), SEGMENT_FIELDS);
	const customer = itemField(context, items, 'customer');
	const asked = items.flatMap((_, index) => problems.attempt(index, () => [{ index, settings: segmentFor(index), customer: parseCustomer(customer(index)) }]) ?? []);
	const answers = new Map<number, IDataObject & { inside: boolean }>();
	await withStore(context, async (store) => {
		for (const alike of underSameSettings(asked)) {
			const segment = alike[0].settings;
			const name = 'name' in segment ? segment.name : null;
			const found = await checkItems(store, segment, alike.map(({ index, customer }) => ({ index, customer })));
			for (const { index, inside, why } of found) answers.set(index, { name, inside, ...(why ? { why } : {}) });
		}
	});
	for (const { index } of asked) {
		const segment = answers.get(index) as IDataObject & { inside: boolean };
		lists[segment.inside ? 0 : 1].push({ json: { ...(items[index] as INodeExecutionData).json, segment }, pairedItem: { item: index } });
	}
	lists[1].push(...problems.finish('The others went on by In or Out.'));
	return lists;
}
