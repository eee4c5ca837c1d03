import { loadCustomers, lockRows } from '../customers/locking';
import { lanePlans } from '../store/plans/lanePlans';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import type { StepRow } from '../store/plans/registryPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { MustRunAgain } from '../core/runAgain';
import { readMeta } from '../store/storeClock';
import { customerZone } from './customerZone';
import { endWaiting } from './endWaiting';
import { rewritten, type LaneJob } from './laneJobs';
import { lockBatch } from './lockBatch';
import { moveWaits } from './moveWaits';
import { endByPastEvents } from './pastEvents';
import { loadEnrolments } from './place';
import { listenedOf } from './slice';
import type { WaitSpec } from './waitSpec';

/** Waits in one transaction. */
const PIECE = 1000;

/** Why customers leave who were overdue for too long when their journey was switched on again. */
const EXPIRED = 'expired_while_off';

/** Does a piece of what is to be done to a step's waits before anybody leaves it; the step's loop calls until nothing is left. */
export async function workOff(tx: Tx, lane: StepRow): Promise<void> {
	const [job, ...later] = JSON.parse(lane.jobs as string) as LaneJob[];
	const rest = job.kind === 'expire' ? await expire(tx, lane, job) : await rewrite(tx, lane, job);
	const jobs = rest ? [rest, ...later] : later;
	const mine = await tx.run(lanePlans.setJobs, { id: lane.id, seen: lane.jobs, jobs: jobs.length > 0 ? JSON.stringify(jobs) : null });
	if (mine === 0) throw new MustRunAgain('Somebody else worked on the same waits');
}

async function rewrite(tx: Tx, lane: StepRow, job: Extract<LaneJob, { kind: 'shift' | 'recompute' }>): Promise<LaneJob | null> {
	const piece = { step_id: lane.id, ...job.below, limit: PIECE };
	const seen = await tx.all(lanePlans.below, piece);
	const customerIds = seen.map((row) => row.customer_id);
	await lockRows(tx, customerIds);
	const customers = await loadCustomers(tx, customerIds);
	const storeZone = (await readMeta(tx, 'zone')) ?? 'UTC';
	// Whoever was moved before the locks were held was ended by an event or began to wait anew, and is right as it is.
	const rows = tx.soleWriter ? seen : (await tx.all(lanePlans.below, piece)).filter((row) => customers.has(row.customer_id));
	const changed = rows.flatMap((from) => {
		const customer = customers.get(from.customer_id);
		const to = customer && rewritten(from, job, customerZone(customer, storeZone));
		return to ? [{ from, ...to }] : [];
	});
	await endByEvents(tx, changed);
	const moves = changed.map(({ from, row, spec }) => ({ from, to: { ...row, spec: JSON.stringify(spec) } }));
	const lost = new Set((await moveWaits(tx, moves)).map((row) => `${row.enrolment_id}/${row.visit}`));
	await tx.each(enrolmentPlans.noteListened, moves.flatMap(({ to }) => (lost.has(`${to.enrolment_id}/${to.visit}`) ? [] : listenedOf(to))));
	const last = seen.at(-1);
	if (!last || seen.length < PIECE) return null;
	return { ...job, below: { due_at: last.due_at, enrolment_id: last.enrolment_id, visit: last.visit } };
}

/** A window that is open for longer holds events that came after its old end. */
async function endByEvents(tx: Tx, changed: readonly { row: WaitRow; spec: WaitSpec }[]): Promise<void> {
	const listening = changed.filter(({ spec }) => spec.kind === 'event');
	if (listening.length === 0) return;
	const enrolments = await loadEnrolments(tx, listening.map(({ row }) => row.enrolment_id));
	const waits = listening.flatMap((one) => {
		const enrolment = enrolments.get(one.row.enrolment_id);
		return enrolment ? [Object.assign(one, { enrolment })] : [];
	});
	await endByPastEvents(tx, waits, await tx.now(), 0);
}

/** Those in the lane first, then those in batches that were cut off when the journey was switched off. */
async function expire(tx: Tx, lane: StepRow, job: Extract<LaneJob, { kind: 'expire' }>): Promise<LaneJob | null> {
	const rows = await tx.all(lanePlans.earliest, { step_id: lane.id, until: job.dueBy, limit: PIECE });
	if (rows.length > 0) {
		await endWaiting(tx, rows, EXPIRED);
		return job;
	}
	for (const ref of await tx.all(lanePlans.idleBatches, { step_id: lane.id, now: await tx.now(), limit: 1000 })) {
		const locked = await lockBatch(tx, ref);
		await endWaiting(tx, (locked?.waits ?? []).filter((wait) => wait.due_at <= job.dueBy), EXPIRED);
	}
	return null;
}
