import type { WaitRow } from '../store/plans/waitPlans';
import { dueAt } from './dueAt';
import { waitRequest, type WaitRequest, type WaitRequestInput } from './waitRequest';
import type { WaitSpec } from './waitSpec';

/** Where a job goes on: waits before this one, in the order of their lane. */
export interface Below {
	due_at: number;
	enrolment_id: number;
	visit: number;
}

/** The new settings of a wait; the date of each customer stays what it was. */
export type ChangedWaitInput = Exclude<WaitRequestInput, { kind: 'date' }> | Omit<Extract<WaitRequestInput, { kind: 'date' }>, 'at'>;
export type ChangedWait = Exclude<WaitRequest, { kind: 'date' }> | Omit<Extract<WaitRequest, { kind: 'date' }>, 'at'>;

/** What is to be done to those who wait at a step before anybody leaves it. `before`: only to those parked earlier. Milliseconds UTC. */
export type LaneJob =
	/** The journey was off for so long, and waits last longer by it. */
	| { kind: 'shift'; byMs: number; before: number; below: Below }
	/** The node's settings changed, for those who wait too. */
	| { kind: 'recompute'; wait: ChangedWait; before: number; below: Below }
	/** Whoever was due by then leaves the journey: the message would come too late. */
	| { kind: 'expire'; dueBy: number };

/** @throws ZodError when the settings are none of a wait */
export function changedWait(input: ChangedWaitInput): ChangedWait {
	if (input.kind !== 'date') return waitRequest.parse(input) as ChangedWait;
	const { at: _at, ...changed } = waitRequest.parse({ ...input, at: 0 }) as Extract<WaitRequest, { kind: 'date' }>;
	return changed;
}

export const FROM_THE_END: Below = { due_at: Number.MAX_SAFE_INTEGER, enrolment_id: 0, visit: 0 };

/**
 * A wait as a job leaves it, or undefined where it stays as it is: parked later, or ended by an event already. A date stays
 * the date it is; a time of day is the next one after the pause; a message that Contact Policy holds is judged again when
 * it is due, whatever happened meanwhile. Pure.
 * @param zone IANA zone of the customer
 */
export function rewritten(row: WaitRow, job: Extract<LaneJob, { kind: 'shift' | 'recompute' }>, zone: string): { row: WaitRow; spec: WaitSpec } | undefined {
	const spec = JSON.parse(row.spec) as WaitSpec;
	// Of the same instant: longer waits are for those who came before; computing anew by the same settings changes nothing.
	if (row.parked_at > job.before || (job.kind === 'shift' && row.parked_at === job.before)) return undefined;
	if (spec.kind === 'policy' || isEnded(spec)) return undefined;
	return job.kind === 'shift' ? shifted(row, spec, job.byMs, zone) : recomputed(row, spec, job.wait, zone);
}

/** An event ends a wait, unless it waits for a better one up to its end. */
function isEnded(spec: WaitSpec): boolean {
	return spec.outcome.by === 'event' && !(spec.kind === 'event' && spec.pick === 'best');
}

type Own = Exclude<WaitSpec, { kind: 'policy' }>;

function shifted(row: WaitRow, spec: Own, byMs: number, zone: string): { row: WaitRow; spec: WaitSpec } | undefined {
	if (spec.kind === 'time' && spec.request.kind === 'date') return undefined;
	const later = row.due_at + byMs;
	const due = spec.kind === 'time' && spec.request.kind === 'localTime' ? dueAt(spec.request, later - 1, zone) : later;
	return { row: { ...row, due_at: due, parked_at: row.parked_at + byMs }, spec: until(spec, due) };
}

function recomputed(row: WaitRow, spec: Own, wait: ChangedWait, zone: string): { row: WaitRow; spec: WaitSpec } | undefined {
	if (spec.kind === 'entry') return undefined;
	const request = merged(spec.request, wait);
	if (!request) return undefined;
	const due = dueAt(request, row.parked_at, zone);
	const changed = spec.kind === 'event' && request.kind === 'event' ? { ...spec, request, events: request.events, pick: request.pick } : { ...spec, request };
	return { row: { ...row, due_at: due }, spec: until(changed as Own, due) };
}

/** Undefined when the wait is of another kind: that is another step under the same key. */
function merged(before: WaitRequest, wait: ChangedWait): WaitRequest | undefined {
	if (before.kind !== wait.kind) return undefined;
	if (before.kind === 'event' && wait.kind === 'event') return { ...wait, since: before.since };
	return before.kind === 'date' ? ({ ...wait, at: before.at } as WaitRequest) : (wait as WaitRequest);
}

const until = (spec: Own, due: number): WaitSpec => (spec.kind === 'event' ? { ...spec, deadline: due } : spec);
