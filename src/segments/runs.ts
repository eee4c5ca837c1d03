import { JourneyError } from '../core/errors';
import { contextText } from '../journeys/contextText';
import { segmentPlans } from '../store/plans/segmentPlans';
import { segmentRunPlans, type SegmentRunRow } from '../store/plans/segmentRunPlans';
import { read, write, type Tx } from '../store/port';
import { definitionOf, storedRules, type SegmentRef } from './savedSegments';
import { rulesInWords } from './words';

/** Runs that are over can be looked up for so long. */
const KEPT_MS = 90 * 86_400_000;
const RUNS_A_PAGE = 200;

export interface StartRun {
	workflowId: string;
	stepKey: string;
	segment: SegmentRef;
	/** what started the run: carried along to every member */
	own: Record<string, unknown>;
	/** what becomes of this one while another run of the same node is not over */
	ifUnderWay: 'refuse' | 'queue';
}

/** A run through the members of a segment. Instants are UTC milliseconds. */
export interface SegmentRun {
	id: number;
	workflowId: string;
	stepKey: string;
	segment: string | null;
	words: string;
	state: SegmentRunRow['state'];
	/** why it stands still, where nobody paused it */
	reason: string | null;
	/** customers there were at the start, and how many of them were looked at */
	customers: number;
	lookedAt: number;
	/** members who went out, in executions that succeeded */
	released: number;
	/** members on their way right now, or gathered for the next page */
	onTheWay: number;
	startedAt: number;
	endedAt: number | null;
}

/**
 * Begins a run through the members of a segment, with the conditions as they are now. One run of a node goes at a time.
 * @throws JourneyError `run_under_way` while another run of the node is not over, unless this one is to queue; `unknown_segment`, `bad_input`, `context_too_large`
 */
export const startRun = write(async (tx, input: StartRun): Promise<SegmentRun & { ahead: number }> => {
	const definition = await definitionOf(tx, input.segment);
	const item = contextText(input.own);
	await tx.all(segmentRunPlans.lock, {});
	const now = await tx.now();
	await tx.run(segmentRunPlans.prune, { before: now - KEPT_MS });
	const open = await openRuns(tx, input.workflowId, input.stepKey);
	if (open.length > 0 && input.ifUnderWay === 'refuse') throw underWay(open[0]);
	const customers = (await tx.first(segmentPlans.countCustomers, {}))?.customers ?? 0;
	const state = open.length > 0 ? 'queued' : 'running';
	const row = { workflow_id: input.workflowId, step_key: input.stepKey, segment: definition.name, rules: JSON.stringify(definition.rules), saved: JSON.stringify(Object.fromEntries(definition.saved)), item, state, customers, started_at: now } as const;
	const { id } = (await tx.first(segmentRunPlans.add, row)) as { id: number };
	return { ...runOf((await tx.first(segmentRunPlans.get, { id })) as SegmentRunRow), ahead: open.length };
});

/** The runs of a node that are not over, the eldest first. */
export async function openRuns(tx: Tx, workflowId: string, stepKey: string): Promise<SegmentRunRow[]> {
	return (await tx.all(segmentRunPlans.open, { workflow_id: workflowId, step_key: stepKey })).sort((a, b) => a.id - b.id);
}

function underWay({ state, looked_at, customers, released, started_at }: SegmentRunRow): JourneyError {
	const since = new Date(started_at).toISOString().replace('T', ' ').slice(0, 16);
	const how = state === 'paused' ? 'A paused run of this node' : 'A run of this node';
	return new JourneyError('run_under_way', `${how} is not over: it began on ${since} UTC, has looked at ${looked_at} of ${customers} customers and let ${released} members go. This one was not started. Wait for its end, stop it with Segment > Control Runs, or choose that further runs queue.`);
}

export interface ListRuns {
	workflowId?: string;
	stepKey?: string;
	/** only those that are not over */
	underWay?: boolean;
	/** the number of a run: only earlier ones, for the next page */
	before?: number;
	/** at most so many; default and most 200 */
	limit?: number;
}

/** A page of runs, the newest first; fewer than the limit: there are no earlier ones. */
export const listRuns = read(async (tx, { workflowId, stepKey, underWay = false, before = Number.MAX_SAFE_INTEGER, limit = RUNS_A_PAGE }: ListRuns = {}): Promise<SegmentRun[]> => {
	const rows = await tx.all(segmentRunPlans.list, { before, workflow_id: workflowId ?? null, step_key: stepKey ?? null, over: underWay ? 0 : 1, limit: Math.min(limit, RUNS_A_PAGE) });
	return rows.map(runOf);
});

/** The newest runs, page by page, until there are so many or no more. @param most Infinity: all */
export async function newestRuns(listPage: (page: ListRuns) => Promise<SegmentRun[]>, most: number, asked: ListRuns = {}): Promise<SegmentRun[]> {
	const found: SegmentRun[] = [];
	while (found.length < most) {
		const limit = Math.min(RUNS_A_PAGE, most - found.length);
		const page = await listPage({ ...asked, limit, before: found.at(-1)?.id ?? asked.before });
		found.push(...page);
		if (page.length < limit) break;
	}
	return found;
}

export interface ControlRun {
	id: number;
	action: 'pause' | 'resume' | 'stop';
}

/**
 * Pauses a run, lets it go on where it stopped, or ends it. A page that an execution has taken comes to its end either way.
 * @throws JourneyError `bad_input` for a run that is not there or is over
 */
export const controlRun = write(async (tx, { id, action }: ControlRun): Promise<SegmentRun> => {
	const row = await tx.first(segmentRunPlans.get, { id });
	if (!row) throw new JourneyError('bad_input', `There is no run ${id}: Segment > Control Runs lists them.`, { run: id });
	if (row.state === 'done' || row.state === 'stopped') throw new JourneyError('bad_input', `Run ${id} is over already: nothing was changed.`, { run: id });
	const now = await tx.now();
	if (action === 'pause') return await change(tx, row, { state: 'paused', reason: null });
	if (action === 'stop') return await change(tx, row, { state: 'stopped', ended_at: now, ...(row.page_state === 'claimed' ? {} : { page: null, page_state: null }), item: '{}' });
	const others = await openRuns(tx, row.workflow_id, row.step_key);
	const state = others.some((one) => one.state === 'running' && one.id !== id) ? 'queued' : 'running';
	return await change(tx, row, { state, reason: null, attempts: 0, ...(row.page_state === 'resting' ? { lease_until: now } : {}) });
});

async function change(tx: Tx, row: SegmentRunRow, changes: Partial<SegmentRunRow>): Promise<SegmentRun> {
	const changed = { ...row, ...changes };
	await updateRun(tx, row, changed);
	return runOf(changed);
}

/** @returns whether nobody else changed it since `before` was read */
export async function updateRun(tx: Tx, before: SegmentRunRow, after: SegmentRunRow): Promise<boolean> {
	return (await tx.run(segmentRunPlans.update, { ...after, epoch_before: before.epoch, page_state_before: before.page_state })) > 0;
}

function runOf(row: SegmentRunRow): SegmentRun {
	return {
		id: row.id,
		workflowId: row.workflow_id,
		stepKey: row.step_key,
		segment: row.segment,
		words: rulesInWords(storedRules(row.rules)),
		state: row.state,
		reason: row.reason,
		customers: row.customers,
		lookedAt: row.looked_at,
		released: row.released,
		onTheWay: row.page === null ? 0 : (JSON.parse(row.page) as number[]).length,
		startedAt: row.started_at,
		endedAt: row.ended_at,
	};
}
