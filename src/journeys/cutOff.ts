import { batchPlans } from '../store/plans/batchPlans';
import { cutOffPlans } from '../store/plans/cutOffPlans';
import { registryPlans, type StepRow } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import type { NodeSign, SettledBatch } from './contract';
import { lockBatch } from './lockBatch';
import { failBatch } from './settle';

/**
 * Runs that nobody reports the end of: n8n was killed, or one of their customers made it crash. Once says nothing about
 * the customers, for a crash takes along whatever is under way. Cut off again, the run counts as a failed one, so that a
 * customer who kills the process each time is found as any other who fails (failures.ts). From then on such batches are
 * tried one at a time: whoever merely stood beside gets through.
 */

/** Cut off this often in a row, a batch is under suspicion. */
const SUSPECT_FROM = 2;
/** How long a suspect waits while another is tried. */
const NEXT_TRIAL_MS = 30_000;

/**
 * Looks at the expired batches of a step before one is offered again.
 * @returns what it led to that a run was cut off again; undefined where none was
 */
export async function countCutOff(tx: Tx, step: Pick<StepRow, 'id'>, now: number): Promise<SettledBatch | undefined> {
	for (const ref of await tx.all(cutOffPlans.due, { step_id: step.id, now })) {
		if (ref.state !== 'resting') {
			const settled = await fail(tx, ref, now);
			if (settled) return settled;
		} else if (ref.expiries >= SUSPECT_FROM && (await tx.first(cutOffPlans.onTrial, { now }))) {
			await tx.run(cutOffPlans.postpone, { id: ref.id, epoch: ref.epoch, lease_until: now + NEXT_TRIAL_MS });
		}
	}
	return undefined;
}

async function fail(tx: Tx, ref: { id: number; epoch: number }, now: number): Promise<SettledBatch | undefined> {
	const locked = await lockBatch(tx, ref);
	if (!locked || locked.batch.state === 'resting' || locked.batch.lease_until > now || locked.waits.length === 0) return undefined;
	// Under a new epoch: should the old run be alive after all, what it says counts no more.
	const batch = { ...locked.batch, epoch: locked.batch.epoch + 1, expiries: locked.batch.expiries + 1 };
	await tx.run(batchPlans.update, batch);
	return await failBatch(tx, { ...locked, batch }, `n8n stopped before this run had ended, ${batch.expiries} times in a row`);
}

/** A node signs off: what it has under way and does not finish is cut off by an ordinary stop, which counts for nothing. */
export async function leftInOrder(tx: Tx, sign: NodeSign, now: number): Promise<void> {
	const steps = await tx.all(registryPlans.stepsOfNode, { workflow_id: sign.workflowId, step_key: sign.stepKey });
	for (const step of steps.filter(({ journey_key: key }) => sign.journeyKey === undefined || key === sign.journeyKey)) await tx.run(cutOffPlans.forgive, { step_id: step.id, now });
}
