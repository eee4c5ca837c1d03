import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { BatchRef, ReleasedItem } from '../../src/journeys/contract';
import { BATCH_LIMIT } from '../../src/journeys/item';
import { chunksOf } from '../../src/n8n/chunks';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { skipMovedOn, stepKeyOf } from '../../src/n8n/journeyContext';
import { mailingKeyOfToday } from '../../src/n8n/mailingKey';
import { withStore } from '../../src/n8n/storeAccess';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { wakeLoops } from '../../src/n8n/wake';
import type { PassAnswer, PassItem } from '../../src/policy/contract';
import { Outputs } from './outputs';
import { goesOn, requestOf, runOf } from './settings';

/** Messages that come from upstream. What may go leaves now, what must wait stays in the store, the rest is blocked. */
export async function check(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const problems = new ItemProblems(context, items);
	const outputs = new Outputs(context);
	const unreadable = await withStore(context, async (store) => {
		const mailingKey = await mailingKeyOfToday(context, store, items, stepKeyOf(context.getNode()));
		const customer = itemField(context, items, 'customer');
		const requests = items.flatMap((item, index) => problems.attempt(index, () => [requestOf(context, item, index, customer(index), mailingKey)]) ?? []);
		// Fails, if it must, before anything is handed off: a message that was let out counts as sent.
		const errors = problems.finish('No message was let out.');
		const asked = new Map(requests.map((request) => [request.index, request]));
		for (const answer of await askInTurns(context, store, requests, null)) {
			outputs.put(answer, (items[answer.index] as INodeExecutionData).json, answer.index, asked.get(answer.index));
		}
		// What may go now leaves by this node's own trigger, a run at a time.
		wakeLoops((await store.store()).storeId);
		return errors;
	});
	outputs.blocked.push(...unreadable);
	return outputs.lists();
}

/** Messages that were held, released by this node's own trigger: judged again under the policy in force now. */
export async function judgeAgain(context: IExecuteFunctions, batch: BatchRef): Promise<INodeExecutionData[][]> {
	const outputs = new Outputs(context);
	const claim = { ...batch, workflowId: String(context.getWorkflow().id), stepKey: stepKeyOf(context.getNode()), skipMovedOn: skipMovedOn(context) && !goesOn(context.getNode()) };
	await withStore(context, async (store) => {
		const { items } = await store.run('journeys.claimBatch', claim);
		const requests = items.map(heldRequest);
		for (const answer of await askInTurns(context, store, requests, batch)) {
			const { own, event } = items[answer.index] as ReleasedItem;
			outputs.put(answer, { ...own, ...(event ? { event } : {}) } as IDataObject, 0, requests[answer.index]);
		}
	});
	return outputs.lists();
}

function heldRequest({ request, journey, own, event }: ReleasedItem, index: number): PassItem {
	return { ...(request as unknown as PassItem), index, journey, own, event, released: true };
}

/** At most *Messages per Run* leave in one execution, however many calls it takes. */
async function askInTurns(context: IExecuteFunctions, store: StoreHandle, requests: PassItem[], batch: BatchRef | null): Promise<PassAnswer[]> {
	const run = runOf(context, requests);
	const answers: PassAnswer[] = [];
	const letOut: string[] = [];
	const began = requests.length > BATCH_LIMIT ? (await store.run('store.settings', {})).now : undefined;
	for (const items of chunksOf(requests, BATCH_LIMIT)) {
		const some = await store.run('policy.pass', { ...run, messagesPerRun: run.messagesPerRun - letOut.length, letOut, startedAt: answers.length > 0 ? began : undefined, batch: batch && { id: batch.id, epoch: batch.epoch }, dryRun: false, items });
		letOut.push(...some.flatMap((answer) => (answer.result === 'send' ? [answer.policy.key] : [])));
		answers.push(...some);
	}
	return answers;
}
