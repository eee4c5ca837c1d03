import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import type { BatchRef, TakeBatch, TakenBatch } from '../../src/journeys/contract';
import { BATCH_LIMIT, type CustomerView } from '../../src/journeys/item';
import { emitBatch } from '../../src/n8n/emitBatch';
import { toNodeError } from '../../src/n8n/errors';
import type { BatchSource } from '../../src/n8n/flights';
import { optionOfStep, releaseItem, stepKeyOf } from '../../src/n8n/journeyContext';
import { runLoop } from '../../src/n8n/stepTrigger';
import { thousands } from '../../src/n8n/segmentSize';
import { withStore, type StoreHandle } from '../../src/n8n/storeAccess';
import { wakeLoops } from '../../src/n8n/wake';
import type { SegmentRef } from '../../src/segments/savedSegments';
import { segmentOf } from './settings';

const PAGE = 500;
/** Of 2,000 customers each. */
const LOOKS_AT_ONCE = 10;
/** A test run looks for members among so many customers at most. */
const MOST_TRIED = 50_000;

/** Pages of a run in place of customers who wait. */
const pages: BatchSource = {
	take: takePage,
	renew: (store, batch) => store.run('segments.renewPage', batch),
	settle: (store, ended) => store.run('segments.settlePage', ended),
};

/** Gathering a page may take several looks at the customers, each a transaction of its own. */
async function takePage(store: StoreHandle, request: TakeBatch): Promise<TakenBatch> {
	for (let look = 1; ; look++) {
		const taken = await store.run('segments.takePage', request);
		if (taken.batch || taken.cutOff || taken.nextDueAt === null || taken.nextDueAt > taken.now || look >= LOOKS_AT_ONCE) return taken;
	}
}

/** Lets the members of the node's runs go, page by page, one page at a time, while the workflow is active. */
export async function releaseRuns(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const node = context.getNode();
	const { id: nodeId, name: nodeName } = node;
	const stepKey = stepKeyOf(node);
	const workflowId = String(context.getWorkflow().id);
	return await runLoop(context, {
		sign: { workflowId, nodeId, stepKey },
		batches: pages,
		limit: pageSize(node),
		mostInFlight: 1,
		register: (store) => store.run('journeys.registerStep', { workflowId, stepKey, nodeId, nodeName, kind: 'segment' }),
		emit: (batch) => emitBatch(context, [releaseItem(batch, stepKey)], batch.key),
	});
}

/** The members of a page that the node's own trigger sent; nothing when it was given out before. */
export async function releasePage(context: IExecuteFunctions, batch: BatchRef): Promise<INodeExecutionData[][]> {
	const place = { workflowId: String(context.getWorkflow().id), stepKey: stepKeyOf(context.getNode()) };
	const { run, segment, startedAt, members, own } = await withStore(context, async (store) => await store.run('segments.claimPage', { ...batch, ...place }));
	return [members.map((customer) => ({ json: memberItem(customer, { name: segment, run, startedAt: new Date(startedAt).toISOString() }, own), pairedItem: { item: 0 } }))];
}

/** Begins a run, once however many items came in. The members come out by the node's own trigger. */
export async function beginRun(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const [item] = context.getInputData();
	const node = context.getNode();
	const { customer: _customer, segment: _segment, journey: _journey, ...own } = item?.json ?? {};
	try {
		await withStore(context, async (store) => {
			const ifUnderWay = optionOfStep(node, 'ifUnderWay') === 'queue' ? 'queue' : 'refuse';
			const { id, customers, ahead } = await store.run('segments.startRun', { workflowId: String(context.getWorkflow().id), stepKey: stepKeyOf(node), segment: segmentOf(context), own, ifUnderWay });
			const waits = ahead > 0 ? ` It begins when ${ahead === 1 ? 'the run' : `the ${ahead} runs`} before it ${ahead === 1 ? 'is' : 'are'} over.` : '';
			context.addExecutionHints({ message: `Run ${id} goes through ${thousands(customers)} customers; its members leave by this node, page by page, while the workflow is published.${waits}`, location: 'outputPane' });
			wakeLoops((await store.store()).storeId);
		});
		return [[]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}

/** A test run: the first page, right away; nothing is begun. */
export async function tryPage(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const [item] = context.getInputData();
	const { customer: _customer, segment: _segment, journey: _journey, ...own } = item?.json ?? {};
	const segment = segmentOf(context);
	const size = pageSize(context.getNode());
	try {
		return await withStore(context, async (store) => {
			const { members, lookedAt, over } = await firstMembers(store, segment, size);
			const all = over ? ' These are all of them.' : '';
			context.addExecutionHints({ message: `Test run: the first ${thousands(members.length)} members, found among ${thousands(lookedAt)} customers.${all} No run was begun; published, all of them come, page by page.`, location: 'outputPane' });
			return [members.map((customer) => ({ json: memberItem(customer, { name: 'name' in segment ? segment.name : null, run: null }, own), pairedItem: { item: 0 } }))];
		});
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}

async function firstMembers(store: StoreHandle, segment: SegmentRef, size: number): Promise<{ members: CustomerView[]; lookedAt: number; over: boolean }> {
	const members: CustomerView[] = [];
	let lookedAt = 0;
	for (let after = 0; ; ) {
		const page = await store.run('segments.members', { segment, after, limit: size - members.length });
		members.push(...page.members);
		lookedAt += page.lookedAt;
		after = page.after;
		if (page.done || members.length >= size || lookedAt >= MOST_TRIED) return { members, lookedAt, over: page.done };
	}
}

function memberItem(customer: CustomerView, run: { name: string | null; run: number | null; startedAt?: string }, own: Record<string, unknown>): IDataObject {
	return { ...own, customer, segment: { inside: true, ...run } } as unknown as IDataObject;
}

function pageSize(node: INode): number {
	const given = Number(optionOfStep(node, 'pageSize') ?? PAGE);
	return Number.isFinite(given) ? Math.max(1, Math.min(BATCH_LIMIT, Math.trunc(given))) : PAGE;
}
