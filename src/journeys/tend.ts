import { registryPlans, type JourneyRow, type StepNodeRow, type StepRow } from '../store/plans/registryPlans';
import { lanePlans } from '../store/plans/lanePlans';
import { write, type Tx } from '../store/port';
import type { Tended } from './contract';
import { emptyLanes, PIECE } from './emptyLanes';
import { ENTRY_STEP } from './item';
import { settingsOf } from './liveJourneys';
import { moveToStep } from './moveToStep';
import { ownedJourneys } from './owners';
import { SILENT_MS } from './stepOwner';

/** A workflow that is off for so long counts as deleted: its customers leave. */
const DELETED_AFTER_MS = 14 * 86_400_000;
/** After a start others may still be signing on; nobody is sent home before. */
const SETTLED_AFTER_MS = 3_600_000;
/** A step that nobody serves for so long while its journey is on was taken off the canvas (J26). */
const REMOVED_AFTER_MS = 60_000;

/**
 * Looks after customers whom nobody releases any more: of deleted workflows, and of steps that were removed, as the journey's
 * settings say. A bounded piece of work; `more`: call again. Any live journey's loop may call.
 */
export const tend = write(async (tx, { journeyKey }: { journeyKey: string }): Promise<Tended> => {
	const now = await tx.now();
	const caller = await tx.first(registryPlans.journey, { key: journeyKey });
	if (!caller) return { left: 0, moved: 0, more: false };
	if (now - caller.registered_at >= SETTLED_AFTER_MS) {
		for (const { owner, lanes } of (await ownedJourneys(tx, now)).values()) {
			if (owner.state !== 'off' || owner.since === null || now - owner.since < DELETED_AFTER_MS) continue;
			const left = await emptyLanes(tx, lanes, 'workflow_deleted', now);
			if (left > 0) return { left, moved: 0, more: true };
		}
	}
	return await tendRemoved(tx, caller, now);
});

async function tendRemoved(tx: Tx, journey: JourneyRow, now: number): Promise<Tended> {
	const { removedSteps } = settingsOf(tx.storeId, journey);
	const nothing = { left: 0, moved: 0, more: false };
	const nodes = await tx.all(registryPlans.stepNodes, {});
	const removed = await missingLongEnough(tx, journey, nodes, now);
	if (removedSteps.action === 'hold') return nothing;
	if (removedSteps.action === 'exit') {
		const left = await emptyLanes(tx, removed, 'step_removed', now);
		return { ...nothing, left, more: left > 0 };
	}
	const target = nodes.find((node) => isServed(node, now) && node.workflow_id === journey.workflow_id && node.kind === 'wait' && [node.step_key, node.node_name].includes(removedSteps.to));
	if (!target) return nothing;
	const moved = await moveToStep(tx, removed, { journey, stepKey: target.step_key, limit: PIECE });
	return { ...nothing, moved, more: moved > 0 };
}

/**
 * Steps found missing for a minute, call after call. Found missing once is not enough: after a machine slept, or a clock
 * jumped, whose heartbeat comes first sees the others silent.
 */
async function missingLongEnough(tx: Tx, journey: JourneyRow, nodes: readonly StepNodeRow[], now: number): Promise<StepRow[]> {
	const long: StepRow[] = [];
	for (const step of await tx.all(lanePlans.ofJourney, { journey_key: journey.key })) {
		const missing = isRemoved(step, journey, nodes, now);
		if (missing !== (step.missing_since !== null)) await tx.run(lanePlans.setMissing, { id: step.id, missing_since: missing ? now : null });
		if (missing && step.missing_since !== null && now - step.missing_since >= REMOVED_AFTER_MS) long.push(step);
	}
	return long;
}

/** Whether nobody serves a step although its journey is on. Its customers are frozen, and reported by `waiting`, until a choice is made. */
export function isRemoved(step: StepRow, journey: JourneyRow, nodes: readonly StepNodeRow[], now: number): boolean {
	if (step.step_key === ENTRY_STEP || step.workflow_id !== journey.workflow_id || !isSettled(journey, now)) return false;
	const node = nodes.find((one) => one.workflow_id === step.workflow_id && one.step_key === step.step_key);
	return node === undefined || !isServed(node, now);
}

/** On, heard of lately, and long enough for its other nodes to have signed on. */
function isSettled(journey: JourneyRow, now: number): boolean {
	return journey.off_since === null && now - journey.heartbeat_at < SILENT_MS && now - journey.registered_at >= REMOVED_AFTER_MS;
}

function isServed(node: StepNodeRow, now: number): boolean {
	return node.off_since === null && now - node.heartbeat_at < SILENT_MS;
}
