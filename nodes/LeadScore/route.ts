import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { parseCustomer } from '../../src/customers/identity';
import { BATCH_LIMIT } from '../../src/journeys/item';
import { chunksOf } from '../../src/n8n/chunks';
import { text } from '../../src/n8n/eventFields';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { withStore } from '../../src/n8n/storeAccess';
import { DEFAULT_SCORE } from '../../src/scoring/rules';

/** The outputs in their order. */
const OUTPUTS = ['hot', 'warm', 'cold'] as const;
export const COLD = OUTPUTS.indexOf('cold');

/**
 * Sends each customer on by *Hot*, *Warm* or *Cold*, with the score and its reasons. Whoever the store does not know has done
 * nothing and is cold.
 * @throws JourneyError for a score that nobody saved
 */
export async function routeItems(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const score = text(context.getNodeParameter('score', 0)) || DEFAULT_SCORE;
	const lists: INodeExecutionData[][] = OUTPUTS.map(() => []);
	const problems = new ItemProblems(context, items);
	const customer = itemField(context, items, 'customer');
	const asked = items.flatMap((_, index) => problems.attempt(index, () => [{ index, ref: parseCustomer(customer(index)) }]) ?? []);
	await withStore(context, async (store) => {
		for (const chunk of chunksOf(asked, BATCH_LIMIT)) {
			for (const answer of await store.run('leads.route', { score, customers: chunk })) {
				const lead: IDataObject = answer.ok
					? { score, points: Math.round(answer.points * 10) / 10, level: answer.level, reasons: answer.reasons, asOf: new Date(answer.asOf).toISOString() }
					: { score, points: 0, level: 'cold', reasons: [], why: answer.message };
				const json = { ...(items[answer.index] as INodeExecutionData).json, lead };
				lists[OUTPUTS.indexOf(answer.ok ? answer.level : 'cold')]?.push({ json, pairedItem: { item: answer.index } });
			}
		}
	});
	lists[COLD]?.push(...problems.finish('The others went on by Hot, Warm or Cold.'));
	return lists;
}
