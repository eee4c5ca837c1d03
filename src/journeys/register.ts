import { JourneyError } from '../core/errors';
import { refusalPlans } from '../store/plans/enrolmentPlans';
import { registryPlans } from '../store/plans/registryPlans';
import { lanePlans } from '../store/plans/lanePlans';
import { watchStages } from '../lifecycle/keepStages';
import { watchLeads } from '../scoring/watch';
import { write, type Tx } from '../store/port';
import { addJob } from './addJob';
import type { NodeSign, RegisterJourney, RegisterStep } from './contract';
import { leftInOrder } from './cutOff';
import { clearRetired, watchDate } from './dates/register';
import { clearUnwatched, watchSegment } from '../segments/watch';
import { ENTRY_STEP } from './item';
import { changedWait, FROM_THE_END } from './laneJobs';
import { isOff, settingsOf } from './liveJourneys';
import { journeySettings, type JourneySettings } from './settings';
import { servedByAnother, SILENT_MS, stepTaken } from './stepOwner';

/** Why somebody did not enter can be looked up for 30 days. */
const REFUSALS_KEPT_MS = 30 * 86_400_000;
const REFUSALS_AT_ONCE = 5_000;

/**
 * Registers a journey with its settings, as its Journey Trigger goes live. Customers who are already inside follow the
 * journey key, also into another workflow (J28).
 * @throws JourneyError `duplicate_step_key` when another live workflow has the same journey key (J37), `unknown_segment` for a start by a segment that nobody saved
 */
export const registerJourney = write(async (tx, input: RegisterJourney): Promise<{ key: string; resumed: boolean }> => {
	const settings = journeySettings.parse(input.settings);
	await tx.all(registryPlans.lock, {});
	const now = await tx.now();
	const before = await tx.first(registryPlans.journey, { key: settings.key });
	const elsewhere = before && (before.workflow_id !== input.workflowId || before.node_id !== input.nodeId);
	if (elsewhere && before.off_since === null && now - before.heartbeat_at < SILENT_MS) {
		throw new JourneyError(
			'duplicate_step_key',
			`The journey key "${settings.key}" is already used by the active workflow "${before.workflow_name}". Switch that workflow off, or give this Journey Trigger another journey key.`,
			{ journeyKey: settings.key, workflow: before.workflow_name },
		);
	}
	const text = JSON.stringify(settings);
	await tx.run(registryPlans.saveJourney, {
		key: settings.key,
		name: settings.name,
		workflow_id: input.workflowId,
		workflow_name: input.workflowName,
		node_id: input.nodeId,
		settings: text,
		settings_version: before ? before.settings_version + (before.settings === text ? 0 : 1) : 1,
		registered_at: now,
		heartbeat_at: now,
		off_since: null,
	});
	await tx.run(registryPlans.addStep, { journey_key: settings.key, step_key: ENTRY_STEP, workflow_id: input.workflowId, kind: 'entry' });
	if (before) await tx.run(registryPlans.moveSteps, { journey_key: settings.key, from: before.workflow_id, workflow_id: input.workflowId });
	const resumed = before !== undefined && before.off_since !== null && isOff(before.off_since, now);
	if (resumed && input.activation === 'activate') await resume(tx, settings, now - (before.off_since as number), now);
	await watchDate(tx, settings, now, resumed);
	await watchSegment(tx, settings, now, resumed);
	const listened = before && !resumed ? settingsOf(tx.storeId, before) : undefined;
	await watchLeads(tx, settings, listened, now);
	await watchStages(tx, settings, listened, now);
	return { key: settings.key, resumed };
});

/** Only switching on by hand after a pause asks the resume choice: a restart or a kill is never a pause (journeys.md section 6). */
async function resume(tx: Tx, { key, whenResumed }: JourneySettings, pauseMs: number, now: number): Promise<void> {
	if (whenResumed.mode === 'overdue') return;
	const lanes = await tx.all(lanePlans.ofJourney, { journey_key: key });
	if (whenResumed.mode === 'expire') await addJob(tx, lanes, { kind: 'expire', dueBy: now - whenResumed.afterMs - 1 });
	else await addJob(tx, lanes.filter(({ kind }) => kind !== 'policy'), { kind: 'shift', byMs: pauseMs, before: now, below: FROM_THE_END });
}

/**
 * Registers a node that parks and releases customers.
 * @throws JourneyError `duplicate_step_key` when another live node of the workflow has the same step key (J27)
 */
export const registerStep = write(async (tx, input: RegisterStep): Promise<Record<string, never>> => {
	await tx.all(registryPlans.lock, {});
	const now = await tx.now();
	const known = await tx.first(registryPlans.stepNode, { workflow_id: input.workflowId, step_key: input.stepKey });
	const asked = input.wait && changedWait(input.wait);
	const wait = asked ? JSON.stringify(asked) : null;
	const changed = known !== undefined && known.wait !== wait;
	if (servedByAnother(known, input.nodeId, now)) throw stepTaken(input.stepKey, known.node_name, input.nodeName);
	await tx.run(registryPlans.saveStepNode, {
		workflow_id: input.workflowId,
		step_key: input.stepKey,
		node_id: input.nodeId,
		node_name: input.nodeName,
		kind: input.kind,
		registered_at: now,
		heartbeat_at: now,
		off_since: null,
		wait,
	});
	if (asked && changed) {
		const lanes = await tx.all(registryPlans.stepsOfNode, { workflow_id: input.workflowId, step_key: input.stepKey });
		await addJob(tx, lanes, { kind: 'recompute', wait: asked, before: now, below: FROM_THE_END });
	}
	return {};
});

/** A node says that it is alive. */
export const heartbeat = write(async (tx, sign: NodeSign): Promise<Record<string, never>> => {
	const now = await tx.now();
	if (sign.journeyKey) {
		await tx.run(registryPlans.beatJourney, { key: sign.journeyKey, workflow_id: sign.workflowId, node_id: sign.nodeId, now });
		await tx.run(refusalPlans.prune, { before: now - REFUSALS_KEPT_MS, limit: REFUSALS_AT_ONCE });
		await clearRetired(tx);
		await clearUnwatched(tx);
	} else await tx.run(registryPlans.beatStepNode, { workflow_id: sign.workflowId, step_key: sign.stepKey, node_id: sign.nodeId, now });
	return {};
});

/** A node's close function ran. Whether that is a pause shows two minutes later (isOff). */
export const closeNode = write(async (tx, sign: NodeSign): Promise<Record<string, never>> => {
	const now = await tx.now();
	await leftInOrder(tx, sign, now);
	if (sign.journeyKey) await tx.run(registryPlans.closeJourney, { key: sign.journeyKey, workflow_id: sign.workflowId, node_id: sign.nodeId, now });
	else await tx.run(registryPlans.closeStepNode, { workflow_id: sign.workflowId, step_key: sign.stepKey, node_id: sign.nodeId, now });
	return {};
});
