import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { ENTRY_STEP } from '../../src/journeys/item';
import { emitBatch } from '../../src/n8n/emitBatch';
import { itemOf, skipMovedOn } from '../../src/n8n/journeyContext';
import { runLoop } from '../../src/n8n/stepTrigger';
import { readSettings } from './settings';

/** Registers the journey and emits the customers who enter, in batches, as the items of an execution. */
export async function releaseEntries(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const settings = readSettings(context);
	const node = context.getNode();
	const workflow = context.getWorkflow();
	const workflowId = String(workflow.id);
	const sign = { workflowId, nodeId: node.id, stepKey: ENTRY_STEP, journeyKey: settings.key };
	const skips = skipMovedOn(context);
	return await runLoop(context, {
		sign,
		register: (store) =>
			store.run('journeys.register', { settings, workflowId, workflowName: workflow.name ?? workflowId, nodeId: node.id, activation: context.getActivationMode() }),
		emit: async ({ id, epoch, key }, store) => {
			const { claimed, items } = await store.run('journeys.claimBatch', { id, epoch, workflowId, stepKey: ENTRY_STEP, skipMovedOn: skips });
			if (!claimed) return { outcome: 'unknown' };
			if (items.length === 0) return { outcome: 'success' };
			return await emitBatch(context, items.map(itemOf), key);
		},
	});
}
