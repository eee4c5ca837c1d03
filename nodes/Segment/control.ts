import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError } from '../../src/core/errors';
import { toNodeError } from '../../src/n8n/errors';
import { withStore } from '../../src/n8n/storeAccess';
import { wakeLoops } from '../../src/n8n/wake';
import { newestRuns, type SegmentRun } from '../../src/segments/runs';

/** What somebody who chose nothing sees. */
const DEFAULT_LIMIT = 50;

/** Lists runs, pauses one, lets it go on, or ends it: once per run of the workflow however many items came in. */
export async function controlRuns(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const action = context.getNodeParameter('runAction', 0) as 'list' | 'pause' | 'resume' | 'stop';
	const pairedItem = context.getInputData().map((_, index) => ({ item: index }));
	try {
		const runs = await withStore(context, async (store) => {
			if (action === 'list') return await newestRuns(async (page) => await store.run('segments.runs', page), howMany(context));
			const run = await store.run('segments.controlRun', { id: numberOf(context.getNodeParameter('runId', 0)), action });
			wakeLoops((await store.store()).storeId);
			return [run];
		});
		return [runs.map((run) => ({ json: itemOf(run), pairedItem }))];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}

/** @throws JourneyError bad_input */
function howMany(context: IExecuteFunctions): number {
	if (context.getNodeParameter('returnAll', 0, false) === true) return Number.POSITIVE_INFINITY;
	const limit = Number(context.getNodeParameter('limit', 0, DEFAULT_LIMIT));
	if (Number.isSafeInteger(limit) && limit > 0) return limit;
	throw new JourneyError('bad_input', '"Limit" is how many runs are listed: give a whole number from 1 on, or switch on Return All.', { field: 'Limit' });
}

function itemOf({ startedAt, endedAt, workflowId, stepKey: _stepKey, words, ...run }: SegmentRun): IDataObject {
	const progress = run.state === 'done' ? '100 %' : run.customers === 0 ? '0 %' : `${Math.min(99, Math.floor((100 * run.lookedAt) / run.customers))} %`;
	return { ...run, progress, who: words, workflow: workflowId, startedAt: new Date(startedAt).toISOString(), endedAt: endedAt === null ? null : new Date(endedAt).toISOString() };
}

/** @throws JourneyError bad_input */
function numberOf(value: unknown): number {
	const number = Number(value);
	if (Number.isSafeInteger(number) && number > 0) return number;
	throw new JourneyError('bad_input', '"Run" is empty: choose one from the list, or give its number.', { field: 'Run' });
}
