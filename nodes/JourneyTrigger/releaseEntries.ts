import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { ENTRY_STEP } from '../../src/journeys/item';
import { STAGE_CHANGED } from '../../src/journeys/ownEventTypes';
import { emitBatch } from '../../src/n8n/emitBatch';
import { itemOf, skipMovedOn } from '../../src/n8n/journeyContext';
import { offerModelKeeper } from '../../src/n8n/offerModel';
import { keepSegmentUp } from '../../src/n8n/segmentWatch';
import { tendLeads } from '../../src/n8n/leadWatch';
import { keepStagesUp } from '../../src/n8n/stageWatch';
import { runLoop } from '../../src/n8n/stepTrigger';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { scoreOfEntry } from '../../src/scoring/watch';
import { readSettings } from './settings';

const PAGES_A_ROUND = 20;

/** Registers the journey and emits the customers who enter, in batches, as the items of an execution. */
export async function releaseEntries(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const settings = readSettings(context);
	const node = context.getNode();
	const workflow = context.getWorkflow();
	const workflowId = String(workflow.id);
	const sign = { workflowId, nodeId: node.id, stepKey: ENTRY_STEP, journeyKey: settings.key };
	const skips = skipMovedOn(context);
	const keepOffersUp = settings.entry.date?.of === 'moment' ? await offerModelKeeper(context) : undefined;
	return await runLoop(context, {
		sign,
		register: (store) =>
			store.run('journeys.register', { settings, workflowId, workflowName: workflow.name ?? workflowId, nodeId: node.id, activation: context.getActivationMode() }),
		prepare: async (store) => {
			if (scoreOfEntry(settings.entry) !== undefined) return await tendLeads(store);
			if (settings.entry.eventType === STAGE_CHANGED) return await keepStagesUp(store);
			if (!settings.entry.date) return await keepSegmentUp(store, settings);
			// When gaps open is mined from the orders, anew every day.
			await keepOffersUp?.(store);
			return await enterByDates(store, settings.key);
		},
		emit: async ({ id, epoch, key }, store) => {
			const { claimed, items } = await store.run('journeys.claimBatch', { id, epoch, workflowId, stepKey: ENTRY_STEP, skipMovedOn: skips });
			if (!claimed) return { outcome: 'unknown' };
			if (items.length === 0) return { outcome: 'success' };
			return await emitBatch(context, items.map(itemOf), key);
		},
	});
}

/** Page by page, so that no transaction is long; a loop that is woken meanwhile comes round again soon. */
async function enterByDates(store: StoreHandle, journeyKey: string): Promise<{ nextDueAt: number | null }> {
	for (let page = 0; ; page++) {
		const { more, nextDueAt } = await store.run('journeys.enterByDate', { journeyKey });
		if (!more || page >= PAGES_A_ROUND) return { nextDueAt: more ? 0 : nextDueAt };
	}
}
