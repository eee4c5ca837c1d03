import { JourneyError } from '../core/errors';
import { registryPlans, type StepNodeRow } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';

/** A node that has not been heard of for this long may be replaced by another with the same key. */
export const SILENT_MS = 90_000;

/** Whether a live node other than this one serves the step. */
export function servedByAnother(row: StepNodeRow | undefined, nodeId: string, nowMs: number): row is StepNodeRow {
	return row !== undefined && row.node_id !== nodeId && row.off_since === null && nowMs - row.heartbeat_at < SILENT_MS;
}

/**
 * A node whose step key belongs to another live node must not take customers in: they would leave by the other one (J27).
 * n8n publishes a workflow without a trigger that failed, so the second node does run.
 * @param nodeId absent where no node on a canvas asks
 * @throws JourneyError `duplicate_step_key`
 */
export async function mustOwnStep(tx: Tx, step: { workflowId: string; stepKey: string; nodeName: string; nodeId?: string }, nowMs: number): Promise<void> {
	if (step.nodeId === undefined) return;
	const row = await tx.first(registryPlans.stepNode, { workflow_id: step.workflowId, step_key: step.stepKey });
	if (servedByAnother(row, step.nodeId, nowMs)) throw stepTaken(step.stepKey, row.node_name, step.nodeName);
}

export function stepTaken(stepKey: string, owner: string, newcomer: string): JourneyError {
	return new JourneyError('duplicate_step_key', `The step key "${stepKey}" is already used by the node "${owner}" of this workflow. Give "${newcomer}" a step key of its own.`, { stepKey, node: owner });
}
