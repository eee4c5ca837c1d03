import { JourneyError } from '../core/errors';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import { deadLetterPlans } from '../store/plans/failurePlans';
import { registryPlans } from '../store/plans/registryPlans';
import { read, write, type Tx } from '../store/port';
import { emptyLanes, PIECE } from './emptyLanes';
import { endEnrolments } from './endWaiting';
import { OFF_AFTER_MS } from './liveJourneys';
import { ownedJourneys, SILENT_AFTER_MS, type Owned, type Owner } from './owners';

/** A journey of the store, also one that no workflow runs any more. */
export interface JourneyOverview {
	journey: string;
	name: string;
	workflowId: string;
	workflowName: string | null;
	state: Owner['state'];
	/** Since when nobody runs it, UTC milliseconds; null while it is on, or was never switched on. */
	since: number | null;
	/** Customers who are on it, those about to enter too. */
	open: number;
	/** Customers set aside because a step failed for them. */
	deadLetters: number;
}

/** All journeys, and the mailings with messages that wait, by key. */
export const journeyOverview = read(async (tx, _input: Record<string, never>): Promise<JourneyOverview[]> => {
	const now = await tx.now();
	const open = new Map((await tx.all(enrolmentPlans.countOpen, {})).map((row) => [row.journey_key, row.open]));
	const dead = new Map((await tx.all(deadLetterPlans.countByStep, {})).map((row) => [row.step_id, row.dead_letters]));
	return [...(await ownedJourneys(tx, now)).values()]
		.map(({ key, journey, lanes, owner }) => ({
			journey: key,
			name: journey?.name ?? key,
			workflowId: journey?.workflow_id ?? lanes[0]?.workflow_id ?? '',
			workflowName: journey?.workflow_name ?? null,
			state: owner.state,
			since: owner.state === 'on' ? null : owner.since,
			open: open.get(key) ?? 0,
			deadLetters: lanes.reduce((sum, { id }) => sum + (dead.get(id) ?? 0), 0),
		}))
		// A mailing is of interest as long as messages of it wait.
		.filter((row) => row.workflowName !== null || row.open > 0)
		.sort((a, b) => (a.journey < b.journey ? -1 : 1));
});

/**
 * Ends a journey that no workflow runs any more for everybody who is on it: who waits, is set aside, or was cut off in the
 * middle. Held messages are not sent. A piece of the work; `more`: call again.
 * @throws JourneyError `unknown_journey`, `journey_on`
 */
export const endJourney = write(async (tx, { journey: key }: { journey: string }): Promise<{ ended: number; more: boolean }> => {
	await tx.all(registryPlans.lock, {});
	const now = await tx.now();
	const owned = (await ownedJourneys(tx, now)).get(key);
	if (!owned) throw new JourneyError('unknown_journey', `No journey "${key.slice(0, 60)}" is in the store: see "journeys" on the command line for the keys there are.`);
	if (!isGone(owned.owner, now)) throw isOn(owned);
	// Nobody is let in any more, until a workflow runs it again.
	await tx.run(registryPlans.switchOff, { key, off_since: now - OFF_AFTER_MS });
	const ended = (await emptyLanes(tx, owned.lanes, 'journey_ended', now)) || (await endTheOthers(tx, key));
	return { ended, more: ended > 0 };
});

/** Those set aside, and those whose run was cut off with the last of n8n. */
async function endTheOthers(tx: Tx, key: string): Promise<number> {
	const dead = await tx.all(deadLetterPlans.find, { journey: key, step: null, enrolment: null, limit: PIECE });
	const open = dead.length > 0 ? [] : await tx.all(enrolmentPlans.openOf, { journey_key: key, after_at: -1, after_id: 0, limit: PIECE });
	return await endEnrolments(tx, [...dead, ...open.map(({ id, customer_id }) => ({ enrolment_id: id, customer_id }))], 'journey_ended');
}

function isGone(owner: Owner, now: number): boolean {
	if (owner.state === 'on') return false;
	return owner.state === 'off' || now - owner.since >= SILENT_AFTER_MS;
}

function isOn({ key, journey }: Owned): JourneyError {
	const where = journey ? `the workflow "${journey.workflow_name}"` : 'its workflow';
	return new JourneyError(
		'journey_on',
		`The journey "${key.slice(0, 60)}" is on: unpublish ${where} first, and try again two minutes later. If the workflow was deleted while n8n was not running, it can be ended a day after it was last heard of.`,
	);
}
