import { deadLetterPlans } from '../store/plans/failurePlans';
import { batchPlans, registryPlans, waitPlans } from '../store/plans/journeyPlans';
import { read } from '../store/port';
import type { WaitingRow } from './contract';
import { ENTRY_STEP } from './item';
import { isOff } from './liveJourneys';

/** The passenger list: who waits where, per journey and step, and why nobody leaves where that is so. */
export const waitingList = read(async (tx, { journey }: { journey?: string }): Promise<WaitingRow[]> => {
	const now = await tx.now();
	const journeys = new Map((await tx.all(registryPlans.journeys, {})).map((row) => [row.key, row]));
	const nodes = new Map((await tx.all(registryPlans.stepNodes, {})).map((row) => [`${row.workflow_id}\u0000${row.step_key}`, row]));
	const waits = new Map((await tx.all(waitPlans.countByStep, {})).map((row) => [row.step_id, row]));
	const batches = new Map((await tx.all(batchPlans.countByStep, {})).map((row) => [row.step_id, row]));
	const dead = new Map((await tx.all(deadLetterPlans.countByStep, {})).map((row) => [row.step_id, row]));
	const rows = (await tx.all(registryPlans.steps, {})).filter((step) => !journey || step.journey_key === journey);
	return rows
		.map((step): WaitingRow => {
			const owner = journeys.get(step.journey_key);
			const node = nodes.get(`${step.workflow_id}\u0000${step.step_key}`);
			const wait = waits.get(step.id);
			const batch = batches.get(step.id);
			const isEntry = step.step_key === ENTRY_STEP;
			const offSince = isEntry ? owner?.off_since : node?.off_since;
			const registered = isEntry ? owner !== undefined : node !== undefined;
			const on = registered && !isOff(offSince ?? null, now);
			return {
				journey: step.journey_key,
				journeyName: owner?.name ?? step.journey_key,
				step: step.step_key,
				nodeName: isEntry ? 'Journey Trigger' : (node?.node_name ?? null),
				kind: step.kind,
				waiting: wait?.waiting ?? 0,
				inRelease: batch?.in_release ?? 0,
				nextDueAt: wait?.next_due_at ?? null,
				lastDueAt: wait?.last_due_at ?? null,
				deadLetters: dead.get(step.id)?.dead_letters ?? 0,
				paused: step.paused_reason !== null,
				on,
				held: heldBecause(on, registered, step.paused_reason, batch?.resting ? batch.error : null),
			};
		})
		.sort((a, b) => (a.journey < b.journey ? -1 : a.journey > b.journey ? 1 : a.step === ENTRY_STEP ? -1 : b.step === ENTRY_STEP ? 1 : a.step < b.step ? -1 : 1));
});

function heldBecause(on: boolean, registered: boolean, paused: string | null, error: string | null): string | null {
	if (paused) return paused;
	if (error) return `The last run failed and is tried again: ${error}`;
	if (!registered) return 'No active node has this step: the workflow was never switched on, or the step was removed.';
	return on ? null : 'The workflow is switched off.';
}
