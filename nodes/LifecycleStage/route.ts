import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { parseCustomer } from '../../src/customers/identity';
import { BATCH_LIMIT } from '../../src/journeys/item';
import type { StageAnswer, StagesOf } from '../../src/lifecycle/stagesOf';
import { chunksOf } from '../../src/n8n/chunks';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { placeOf } from '../../src/n8n/journeyContext';
import { withStore } from '../../src/n8n/storeAccess';
import { isTestPlace } from '../../src/n8n/testCustomer';
import { otherOutput } from './expressions';

/** Sends each customer on by the output of their stage, with the reason in the item. */
export async function routeByStage(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const stages = context.getNodeParameter('stages', 0, []) as string[];
	const vipFirst = context.getNodeParameter('vipFirst', 0, false) as boolean;
	const other = otherOutput({ stages, vipFirst });
	const lists: INodeExecutionData[][] = Array.from({ length: other + 1 }, () => []);
	const problems = new ItemProblems(context, items);
	const customer = itemField(context, items, 'customer');
	const asked = items.flatMap((_, index) => problems.attempt(index, () => [{ index, ref: parseCustomer(customer(index)) }]) ?? []);
	let learned = true;
	await withStore(context, async (store) => {
		for (const chunk of chunksOf(asked, BATCH_LIMIT)) {
			const found: StagesOf = await store.run('lifecycle.stages', { refs: chunk.map(({ ref }) => ref) });
			learned &&= found.learned;
			found.answers.forEach((answer, place) => {
				const { index } = chunk[place];
				// The invented customer of a test run takes the first way there is, so that it can be looked at.
				if (!answer.ok && isTestPlace(placeOf(items[index]))) return lists[0]?.push({ json: items[index].json, pairedItem: { item: index } });
				if (!answer.ok) return problems.add(index, new JourneyError(answer.code as JourneyErrorCode, answer.message));
				const { stage, vip } = answer.lifecycle;
				const output = vipFirst && vip ? 0 : stages.includes(stage) ? stages.indexOf(stage) + (vipFirst ? 1 : 0) : other;
				lists[output]?.push({ json: { ...items[index].json, ...shown(answer) }, pairedItem: { item: index } });
			});
		}
	});
	if (!learned) context.addExecutionHints({ message: 'The figures of this store were never computed, so that everybody counts as a lead. They are computed once a day while a journey is on, or now by Customer Data > Customer > Refresh Figures.', location: 'outputPane' });
	lists[other]?.push(...problems.finish('The others went on by their stages.'));
	return lists;
}

/** The item's customer is as the stage now says, so that later nodes and expressions see the same. */
function shown({ customer, lifecycle }: Extract<StageAnswer, { ok: true }>): IDataObject {
	const { since, pendingSince, ...rest } = lifecycle;
	return { customer: customer as unknown as IDataObject, lifecycle: { ...rest, since: iso(since), pendingSince: iso(pendingSince) } };
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
