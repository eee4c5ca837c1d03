import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import type { ChangedWaitInput } from '../journeys/laneJobs';
import { toNodeError } from './errors';
import { emitBatch } from './emitBatch';
import { keepFigures } from './figureKeeper';
import { releaseItem } from './journeyContext';
import { ReleaseLoop, type Lane } from './releaseLoop';
import { storeFor } from './storeAccess';

/**
 * Runs a lane's release loop while the workflow is active.
 * @throws NodeOperationError for what a person must put right, when a person is there to see it
 */
export async function runLoop(context: ITriggerFunctions, lane: Lane): Promise<ITriggerResponse> {
	// When n8n starts, nobody looks, and the reason may pass by itself (a killed process's node still counts as alive for a while).
	const tolerateRefusal = ['init', 'leadershipChange'].includes(context.getActivationMode());
	try {
		const loop = new ReleaseLoop(lane, await storeFor(context), context.logger);
		await loop.start({ tolerateRefusal });
		const endFigures = await keepFigures(context);
		return {
			closeFunction: async () => {
				endFigures();
				await loop.close();
			},
		};
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

export interface Step {
	kind: 'wait' | 'policy';
	stepKey: string;
	/** customers a batch, at most */
	limit?: number;
	/** what the node asks of everybody, where its changes hold for those who wait too */
	wait?: ChangedWaitInput;
}

/**
 * The `trigger` of a node that parks customers: it emits one item that names a batch, and the node's own `execute`
 * fetches the customers. So a batch crosses n8n's queue as a few bytes, and is given out once.
 */
export async function releaseStep(context: ITriggerFunctions, { kind, stepKey, limit, wait }: Step): Promise<ITriggerResponse> {
	const { id: nodeId, name: nodeName } = context.getNode();
	const workflowId = String(context.getWorkflow().id);
	return await runLoop(context, {
		sign: { workflowId, nodeId, stepKey },
		limit,
		// One run of messages at a time: a crash leaves no more than that in doubt (contact-policy.md section 8).
		mostInFlight: kind === 'policy' ? 1 : undefined,
		register: (store) => store.run('journeys.registerStep', { workflowId, stepKey, nodeId, nodeName, kind, wait }),
		emit: (batch) => emitBatch(context, [releaseItem(batch, stepKey)], batch.key),
	});
}
