import { storeOwnEvents, type OwnEvent } from '../ingest/ownEvents';
import { onSoundItems } from '../ingest/soundItems';
import type { FinishTaskInput, TakeTaskInput } from '../ingest/taskRecords';
import type { CustomerRow } from '../store/plans/customerPlans';
import { taskPlans, type TaskRow } from '../store/plans/taskPlans';
import { write, type Tx } from '../store/port';
import { customerView } from './profile';
import { lockCustomers } from './resolve';
import { taskView, type TaskAnswer } from './tasks';

/** Source of events that the store makes of its tasks. */
const SOURCE = 'customer-journeys';

/** Somebody takes tasks on. A task that another person has, or that is done, stays as it is. */
export const takeTasks = write(onSoundItems(async (tx, { items }: { items: TakeTaskInput[] }): Promise<TaskAnswer<'taken' | 'unchanged'>[]> => {
	const { tasks, customers } = await lockTasks(tx, items);
	const now = await tx.now();
	const changed = new Set<TaskRow>();
	const answers = items.map(({ key, assignee }): TaskAnswer<'taken' | 'unchanged'> => {
		const task = tasks.get(key);
		const customer = task && customers.get(task.customer_id);
		if (!task || !customer || customer.erased_at !== null) return UNKNOWN;
		if (task.status === 'done') return { ok: false, code: 'task_done', message: `The task "${task.title}" is done already: nobody has to take it.` };
		if (task.status === 'taken' && assignee !== undefined && task.assignee !== null && assignee !== task.assignee) {
			return { ok: false, code: 'task_taken', message: `The task "${task.title}" was taken by ${task.assignee}: ask them, or choose another task.` };
		}
		const same = task.status === 'taken' && (assignee ?? task.assignee) === task.assignee;
		if (!same) {
			Object.assign(task, { status: 'taken', taken_at: task.taken_at ?? now, assignee: assignee ?? task.assignee });
			changed.add(task);
		}
		return { ok: true, result: same ? 'unchanged' : 'taken', task: taskView(task), customer: customerView(customer) };
	});
	await tx.each(taskPlans.update, [...changed]);
	return answers;
}));

/**
 * Tasks are done. The first outcome stays. Each becomes the event `task_done` with `task_key` and `outcome`, so that a
 * journey can wait for it; with `backfill` no journey hears of it.
 */
export const finishTasks = write(onSoundItems(async (tx, { items, backfill }: { items: FinishTaskInput[]; backfill?: boolean }): Promise<TaskAnswer<'done' | 'unchanged'>[]> => {
	const { tasks, customers } = await lockTasks(tx, items);
	const now = await tx.now();
	const changed = new Set<TaskRow>();
	const events: OwnEvent[] = [];
	const answers = items.map(({ key, outcome, assignee }, index): TaskAnswer<'done' | 'unchanged'> => {
		const task = tasks.get(key);
		const customer = task && customers.get(task.customer_id);
		if (!task || !customer || customer.erased_at !== null) return UNKNOWN;
		const before = task.status === 'done';
		if (!before) {
			Object.assign(task, { status: 'done', done_at: now, outcome: outcome ?? null, assignee: assignee ?? task.assignee });
			changed.add(task);
			events.push(doneEvent(task, index, now));
		}
		return { ok: true, result: before ? 'unchanged' : 'done', task: taskView(task), customer: customerView(customer) };
	});
	await tx.each(taskPlans.update, [...changed]);
	await storeOwnEvents(tx, events, customers, now, backfill === true);
	return answers;
}));

const UNKNOWN = { ok: false as const, code: 'unknown_task', message: 'There is no task with this key: take it from the item of Task: create, or from Task: list.' };

function doneEvent(task: TaskRow, index: number, now: number): OwnEvent {
	const properties = { task_key: task.task_key, title: task.title, outcome: task.outcome, assignee: task.assignee, journey: task.journey_key };
	return { index, order: 0, customerId: task.customer_id, source: SOURCE, eventId: `task:${task.task_key}:done`, type: 'task_done', at: now, properties };
}

/** The tasks, read again under the locks of their customers. */
async function lockTasks(tx: Tx, items: readonly { key: string }[]): Promise<{ tasks: Map<string, TaskRow>; customers: Map<number, CustomerRow> }> {
	const keys = [...new Set(items.map(({ key }) => key))].map((task_key) => ({ task_key }));
	const before = await tx.each(taskPlans.byKeys, keys);
	const customers = await lockCustomers(tx, before.map((row) => row.customer_id));
	const rows = tx.soleWriter ? before : await tx.each(taskPlans.byKeys, keys);
	return { tasks: new Map(rows.map((row) => [row.task_key, row])), customers };
}
