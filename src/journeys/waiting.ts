import { deadLetterPlans } from '../store/plans/failurePlans';
import { batchPlans } from '../store/plans/batchPlans';
import { registryPlans, type StepRow } from '../store/plans/registryPlans';
import { waitPlans } from '../store/plans/waitPlans';
import { read } from '../store/port';
import type { WaitingRow } from './contract';
import { ENTRY_STEP } from './item';
import { isOff } from './liveJourneys';
import { ownerOf, type Owner } from './owners';
import { isRemoved } from './tend';

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
			// A journey that is off holds its customers wherever they wait, also in a sub-workflow that is on.
			const on = registered && !isOff(offSince ?? null, now) && !isOff(owner?.off_since ?? null, now);
			const owners = [owner, isEntry ? undefined : node].flatMap((sign) => (sign ? [ownerOf([sign], now)] : []));
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
				held: heldBecause({ on, registered, owner: owners.find(({ state }) => state === 'off') ?? owners.find(({ state }) => state === 'silent'), step, removed: owner !== undefined && isRemoved(step, owner, [...nodes.values()], now), error: batch?.resting ? batch.error : null }),
			};
		})
		.sort((a, b) => (a.journey < b.journey ? -1 : a.journey > b.journey ? 1 : a.step === ENTRY_STEP ? -1 : b.step === ENTRY_STEP ? 1 : a.step < b.step ? -1 : 1));
});

function heldBecause({ on, registered, owner, step, removed, error }: { on: boolean; registered: boolean; owner: Owner | undefined; step: StepRow; removed: boolean; error: string | null }): string | null {
	if (step.paused_reason) return step.paused_reason;
	if (error) return `The last run failed and is tried again: ${error}`;
	if (removed) return 'The step is no longer in the workflow. Put a node with the same step key back, or choose in Journey Trigger what becomes of its customers (If a Step Is Removed).';
	if (!registered) return 'No active node has this step: the workflow was never switched on, or the step was removed.';
	if (!on) return `The workflow is switched off${owner?.state === 'off' && owner.since !== null ? ` since ${minuteOf(owner.since)}` : ''}.`;
	if (owner?.state === 'silent') return `Nothing was heard of the workflow since ${minuteOf(owner.since)}: n8n is not running, or the workflow was deleted while it was not. If it is gone for good, end the journey (see "journeys").`;
	return step.jobs === null ? null : 'The waits are being adjusted to a change; that takes a moment.';
}

const minuteOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
