import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { ENTRY_STEP } from '../../src/journeys/item';
import { STAGE_CHANGED } from '../../src/journeys/ownEventTypes';
import { emitBatch } from '../../src/n8n/emitBatch';
import { inPages } from '../../src/n8n/inPages';
import { itemOf, skipMovedOn } from '../../src/n8n/journeyContext';
import { offerModelKeeper } from '../../src/n8n/offerModel';
import { keepSegmentUp } from '../../src/n8n/segmentWatch';
import { tendLeads } from '../../src/n8n/leadWatch';
import { keepStagesUp } from '../../src/n8n/stageWatch';
import { runLoop } from '../../src/n8n/stepTrigger';
import { scoreOfEntry } from '../../src/scoring/watch';
import { readSettings } from './settings';

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
			return await inPages(() => store.run('journeys.enterByDate', { journeyKey: settings.key }), { most: 20 });
		},
		emit: async ({ id, epoch, key }, store) => {
			const { claimed, items } = await store.run('journeys.claimBatch', { id, epoch, workflowId, stepKey: ENTRY_STEP, skipMovedOn: skips });
			if (!claimed) return { outcome: 'unknown' };
			if (items.length === 0) return { outcome: 'success' };
			return await emitBatch(context, items.map(itemOf), key);
		},
	});
}
