import { registryPlans, type JourneyRow, type StepNodeRow, type StepRow } from '../store/plans/registryPlans';
import { read, type Tx } from '../store/port';
import { isOff } from './liveJourneys';
import { SILENT_MS } from './stepOwner';

/** Whether somebody on a canvas runs a journey, and since when nobody does, UTC milliseconds. */
export type Owner =
	| { state: 'on' }
	/** switched off in order; `since` null: never switched on */
	| { state: 'off'; since: number | null }
	/** not heard of: n8n is not running, or the workflow was deleted while it was not */
	| { state: 'silent'; since: number };

/** A kill is never a pause (journeys.md section 6), so silence switches nothing off; after so long it is worth saying. */
export const SILENT_AFTER_MS = 86_400_000;

type Sign = Pick<JourneyRow, 'heartbeat_at' | 'off_since'>;

/** Pure. @param signs of those on the canvas who could run it; one that is on is enough */
export function ownerOf(signs: readonly Sign[], now: number): Owner {
	const alive = signs.filter(({ off_since: offSince }) => !isOff(offSince, now));
	const heardOf = Math.max(...alive.map((sign) => sign.heartbeat_at));
	if (alive.length > 0) return now - heardOf < SILENT_AFTER_MS ? { state: 'on' } : { state: 'silent', since: heardOf };
	const since = Math.max(...signs.map((sign) => sign.off_since ?? Number.NEGATIVE_INFINITY));
	return { state: 'off', since: signs.length === 0 ? null : since };
}

/** A journey, or a mailing whose messages wait: that has no Journey Trigger, its steps' nodes run it. */
export interface Owned {
	key: string;
	journey: JourneyRow | undefined;
	lanes: readonly StepRow[];
	owner: Owner;
}

/** Everything customers can be on, by key. */
export async function ownedJourneys(tx: Tx, now: number): Promise<Map<string, Owned>> {
	const journeys = new Map((await tx.all(registryPlans.journeys, {})).map((row) => [row.key, row]));
	const nodes = await tx.all(registryPlans.stepNodes, {});
	const lanes = new Map<string, StepRow[]>([...journeys.keys()].map((key) => [key, []]));
	for (const step of await tx.all(registryPlans.steps, {})) lanes.set(step.journey_key, [...(lanes.get(step.journey_key) ?? []), step]);
	return new Map(
		[...lanes].map(([key, steps]) => {
			const journey = journeys.get(key);
			return [key, { key, journey, lanes: steps, owner: ownerOf(journey ? [journey] : nodesOf(steps, nodes), now) }];
		}),
	);
}

function nodesOf(lanes: readonly StepRow[], nodes: readonly StepNodeRow[]): StepNodeRow[] {
	return nodes.filter((node) => lanes.some((lane) => lane.workflow_id === node.workflow_id && lane.step_key === node.step_key));
}

/** Whether an n8n runs journeys or steps with this store at this moment, or was heard of too lately to know that it does not. */
export const running = read(async (tx, _input: Record<string, never>): Promise<{ running: boolean }> => {
	const now = await tx.now();
	const signs: Sign[] = [...(await tx.all(registryPlans.journeys, {})), ...(await tx.all(registryPlans.stepNodes, {}))];
	return { running: signs.some((sign) => sign.off_since === null && now - sign.heartbeat_at < SILENT_MS) };
});
