import { customerView } from '../customers/profile';
import type { BatchRef, SettleBatch, SettledBatch, TakeBatch, TakenBatch } from '../journeys/contract';
import { BATCH_LIMIT, type CustomerView } from '../journeys/item';
import { segmentRunPlans, type SegmentRunRow } from '../store/plans/segmentRunPlans';
import { write, type Tx } from '../store/port';
import { membersAmong } from './evaluate';
import { nextIds } from './members';
import { Question, type Asked } from './question';
import { openRuns, updateRun } from './runs';
import { segmentsBelow, storedRules } from './savedSegments';

const LEASE_MS = 2 * 60_000;
/** Customers looked at in one transaction. */
const LOOK_AT = 2_000;
const MINUTE_MS = 60_000;
/** A page whose executions failed so often pauses the run: what is wrong is the same for the next page. */
const MOST_ATTEMPTS = 5;

/**
 * Takes the next page of the run that a node has under way: members in the order of their numbers in the store, gathered over as
 * many calls as it needs, under a lease. One page is out at a time; one whose execution was lost or failed is offered again,
 * with the same members, under another epoch.
 */
export const takePage = write(async (tx, { workflowId, stepKey, limit = BATCH_LIMIT, leaseMs = LEASE_MS }: TakeBatch): Promise<TakenBatch> => {
	const first = nextOf(await openRuns(tx, workflowId, stepKey));
	const run = first && (await tx.first(segmentRunPlans.get, { id: first.id }));
	const now = await tx.now();
	if (!run || run.state === 'paused' || run.state === 'done' || run.state === 'stopped') return { now, batch: null, nextDueAt: null };
	if (run.page_state === 'offered' || run.page_state === 'claimed' || run.page_state === 'resting') {
		if ((run.lease_until ?? 0) > now) return { now, batch: null, nextDueAt: run.lease_until };
		if (run.page_state !== 'claimed') return await offer(tx, run, { ...run, state: 'running' }, now + leaseMs, now);
		// Whatever took n8n down with it may be in this page.
		const failed = afterFailure(run, 'n8n was cut off while it worked on the page', now);
		if (failed.state !== 'paused') return await offer(tx, run, { ...failed, state: 'running' }, now + leaseMs, now);
		await updateRun(tx, run, failed);
		return { now, batch: null, nextDueAt: null, cutOff: { settled: true, completed: 0, deadLetters: 0, paused: `Run ${run.id} of a segment is paused. ${failed.reason}`, resumed: false } };
	}
	const gathered = await gather(tx, run, Math.min(limit, BATCH_LIMIT), now);
	if (gathered.over && gathered.page.length === 0) {
		await updateRun(tx, run, { ...run, ...gathered.progress, state: 'done', page: null, page_state: null, item: '{}', ended_at: now });
		// The next of the node's runs, if one queues.
		return { now, batch: null, nextDueAt: now };
	}
	const after = { ...run, ...gathered.progress, state: 'running' as const, page: JSON.stringify(gathered.page), page_state: 'gathering' as const };
	if (gathered.over || gathered.page.length >= Math.min(limit, BATCH_LIMIT)) return await offer(tx, run, after, now + leaseMs, now);
	await updateRun(tx, run, after);
	return { now, batch: null, nextDueAt: now };
});

/** The run that is under way, else the eldest that queues; none while a page of a paused one is still on its way. */
function nextOf(open: readonly SegmentRunRow[]): SegmentRunRow | undefined {
	if (open.some(({ state, page_state }) => state === 'paused' && page_state === 'claimed')) return undefined;
	return open.find(({ state }) => state === 'running') ?? open.find(({ state }) => state === 'queued');
}

/** Looks at the next customers and puts the members among them to the page, up to its size. */
async function gather(tx: Tx, run: SegmentRunRow, size: number, now: number): Promise<{ page: number[]; over: boolean; progress: Pick<SegmentRunRow, 'after_id' | 'looked_at'> }> {
	const page = run.page === null ? [] : (JSON.parse(run.page) as number[]);
	const ids = await nextIds(tx, run.after_id, LOOK_AT);
	const inside = await insideNow(tx, run, ids, now);
	let looked = 0;
	while (looked < ids.length && page.length < size) {
		const id = ids[looked++] as number;
		if (inside.has(id)) page.push(id);
	}
	return { page, over: looked === ids.length && ids.length < LOOK_AT, progress: { after_id: looked === 0 ? run.after_id : (ids[looked - 1] as number), looked_at: run.looked_at + looked } };
}

async function insideNow(tx: Tx, run: SegmentRunRow, ids: readonly number[], now: number): Promise<Set<number>> {
	const asked = await askedBy(tx, run);
	return await membersAmong(await Question.of(tx, now, asked), asked.rules, ids);
}

/** The conditions that a run began with. */
async function askedBy(tx: Tx, { rules: text, saved, segment }: SegmentRunRow): Promise<Asked> {
	const rules = storedRules(text);
	if (saved === null) return { rules, saved: await segmentsBelow(tx, rules, segment) };
	return { rules, saved: new Map(Object.entries(JSON.parse(saved) as Record<string, unknown>).map(([name, of]) => [name, storedRules(JSON.stringify(of))])) };
}

async function offer(tx: Tx, before: SegmentRunRow, run: SegmentRunRow, leaseUntil: number, now: number): Promise<TakenBatch> {
	const epoch = run.epoch + 1;
	const won = await updateRun(tx, before, { ...run, epoch, page_state: 'offered', lease_until: leaseUntil });
	const size = run.page === null ? 0 : (JSON.parse(run.page) as number[]).length;
	return { now, batch: won ? { id: run.id, epoch, size, key: `${tx.storeId}:segment-run-${run.id}:${epoch}` } : null, nextDueAt: now };
}

export interface ClaimedPage {
	/** false: another execution has this page, or it is settled; output nothing */
	claimed: boolean;
	run: number;
	segment: string | null;
	/** when the run began, UTC milliseconds: what it sends is one mailing, however long it takes */
	startedAt: number;
	members: CustomerView[];
	/** what started the run */
	own: Record<string, unknown>;
}

/**
 * Gives a page out, once in each epoch (compare and swap). Customers are read afresh; whoever was erased or is not in the
 * segment any more, because the run rested, stays behind.
 */
export const claimPage = write(async (tx, { id, epoch, workflowId, stepKey }: BatchRef & { workflowId: string; stepKey: string }): Promise<ClaimedPage> => {
	const run = await tx.first(segmentRunPlans.get, { id });
	const none = { claimed: false, run: id, segment: null, startedAt: 0, members: [], own: {} };
	if (!run || run.epoch !== epoch || run.page_state !== 'offered' || run.workflow_id !== workflowId || run.step_key !== stepKey) return none;
	const now = await tx.now();
	if (!(await updateRun(tx, run, { ...run, page_state: 'claimed', lease_until: now + LEASE_MS }))) return none;
	const page = run.page === null ? [] : (JSON.parse(run.page) as number[]);
	const asked = await askedBy(tx, run);
	const question = await Question.of(tx, now, asked);
	const rows = await question.customers(page);
	const standing = page.filter((one) => rows.get(one)?.erased_at === null);
	const inside = await membersAmong(question, asked.rules, standing);
	const members = standing.flatMap((one) => { const row = rows.get(one); return row && inside.has(one) ? [customerView(row)] : []; });
	return { claimed: true, run: id, segment: run.segment, startedAt: run.started_at, members, own: JSON.parse(run.item) as Record<string, unknown> };
});

/** Keeps a page while its execution runs. `held: false`: another epoch has it. */
export const renewPage = write(async (tx, { id, epoch }: BatchRef): Promise<{ held: boolean }> => {
	const run = await tx.first(segmentRunPlans.get, { id });
	if (!run || run.epoch !== epoch || (run.page_state !== 'offered' && run.page_state !== 'claimed')) return { held: false };
	return { held: await updateRun(tx, run, { ...run, lease_until: (await tx.now()) + LEASE_MS }) };
});

/** How the execution of a page ended. After a failure the page rests, ever longer; then the run pauses and says why. */
export const settlePage = write(async (tx, { id, epoch, outcome, error }: SettleBatch): Promise<SettledBatch> => {
	const none = { settled: false, completed: 0, deadLetters: 0, paused: null, resumed: false };
	const run = await tx.first(segmentRunPlans.get, { id });
	if (!run || run.epoch !== epoch || (run.page_state !== 'offered' && run.page_state !== 'claimed')) return none;
	const now = await tx.now();
	const size = run.page === null ? 0 : (JSON.parse(run.page) as number[]).length;
	if (outcome === 'success') {
		const settled = await updateRun(tx, run, { ...run, released: run.released + size, page: null, page_state: null, lease_until: null, attempts: 0 });
		return { ...none, settled };
	}
	const failed = run.state === 'stopped' ? { ...run, page: null, page_state: null } : afterFailure(run, error ?? 'no reason was given', now);
	const settled = await updateRun(tx, run, failed);
	return { ...none, settled, paused: failed.state === 'paused' && run.state !== 'paused' ? `Run ${id} of a segment is paused. ${failed.reason}` : null };
});

/** The page rests, longer each time; in the end the run pauses with the reason. */
function afterFailure(run: SegmentRunRow, error: string, now: number): SegmentRunRow {
	const attempts = run.attempts + 1;
	const resting: SegmentRunRow = { ...run, attempts, page_state: 'resting', lease_until: now + MINUTE_MS * 2 ** (attempts - 1) };
	if (attempts < MOST_ATTEMPTS) return resting;
	return { ...resting, state: 'paused', reason: `The same page failed ${attempts} times: ${error.slice(0, 500)}. Put it right, then let the run go on with Segment > Control Runs.` };
}
