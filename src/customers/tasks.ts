import { onSoundItems } from '../ingest/soundItems';
import type { TaskInput } from '../ingest/taskRecords';
import type { CustomerView } from '../journeys/item';
import type { CustomerRow } from '../store/plans/customerPlans';
import { taskPlans, type TaskRow, type TaskStatus } from '../store/plans/taskPlans';
import { read, write } from '../store/port';
import type { ItemAnswer } from './contract';
import { noteLateRows } from './merge/lateRows';
import { customerView } from './profile';
import { refusal } from './refusal';
import { contentKey } from './repeatKey';
import { loadCustomers, lockResolved, resolveCustomers, viaOf } from './resolve';

/** Something a manager is asked to do about a customer. Instants are UTC milliseconds. */
export interface TaskView {
	key: string;
	title: string;
	details: string | null;
	dueAt: number | null;
	assignee: string | null;
	status: TaskStatus;
	outcome: string | null;
	journey: string | null;
	createdAt: number;
	takenAt: number | null;
	doneAt: number | null;
}

export type TaskAnswer<R extends string> = ItemAnswer<{ result: R; task: TaskView; customer: CustomerView }>;

/** Makes tasks about customers who are there. A task whose key is known stays as it is, so a repeated run makes no second one. */
export const createTasks = write(onSoundItems(async (tx, { items }: { items: TaskInput[] }): Promise<TaskAnswer<'created' | 'unchanged'>[]> => {
	const found = await resolveCustomers(tx, items.map((item) => item.ref), { create: false });
	const { resolved, customers } = await lockResolved(tx, found);
	const now = await tx.now();
	const rows = items.map((item, index): NewTask | undefined => {
		const who = resolved[index];
		return who.found ? newTask(item, who.id, now) : undefined;
	});
	const distinct = new Map<string, NewTask>();
	for (const row of rows) if (row && !distinct.has(row.task_key)) distinct.set(row.task_key, row);
	const fresh = new Set((await tx.each(taskPlans.insert, [...distinct.values()])).map((row) => row.task_key));
	await noteLateRows(tx, 'task', rows.flatMap((row, index) => (row && fresh.has(row.task_key) ? [{ task_key: row.task_key, via: viaOf(resolved[index]) }] : [])));
	const stored = new Map((await tx.each(taskPlans.byKeys, [...distinct.keys()].map((task_key) => ({ task_key })))).map((row) => [row.task_key, row]));
	return rows.map((row, index): TaskAnswer<'created' | 'unchanged'> => {
		const who = resolved[index];
		if (!row || !who.found) return refusal(who.found ? 'unknown_customer' : who.why);
		const task = stored.get(row.task_key) as TaskRow;
		if (task.customer_id !== row.customer_id) return { ok: false, code: 'idempotency_conflict', message: 'This task key belongs to a task about another customer: give this task a key of its own.' };
		const created = fresh.delete(row.task_key);
		return { ok: true, result: created ? 'created' : 'unchanged', task: taskView(task), customer: customerView(customers.get(row.customer_id) as CustomerRow) };
	});
}));

type NewTask = Omit<TaskRow, 'id' | 'outcome' | 'taken_at' | 'done_at'>;

function newTask(item: TaskInput, customerId: number, now: number): NewTask {
	const key = item.key ?? contentKey('task', customerId, now, item.title, item.details ?? '', item.assignee ?? '');
	return { task_key: key, customer_id: customerId, title: item.title, details: item.details ?? null, due_at: item.dueAt ?? null, assignee: item.assignee ?? null, status: 'open', journey_key: item.journey ?? null, created_at: now };
}

export interface ListTasks {
	statuses: TaskStatus[];
	/** only tasks of this person */
	assignee?: string;
	/** only tasks due before this instant */
	dueBefore?: number;
	limit: number;
	/** The last task of the page before. */
	after?: { dueAt: number | null; id: number };
}

export interface ListedTask {
	task: TaskView;
	customer: CustomerView;
	/** where the next page goes on */
	place: { dueAt: number | null; id: number };
}

/** As the databases sort a task without a date. */
const NEVER_MS = 8_640_000_000_000_000;

/** Tasks, those due first first. */
export const listTasks = read(async (tx, { statuses, assignee, dueBefore, limit, after }: ListTasks): Promise<ListedTask[]> => {
	const rows: TaskRow[] = [];
	const place = { after_due: after ? (after.dueAt ?? NEVER_MS) : Number.MIN_SAFE_INTEGER, after_id: after?.id ?? 0 };
	for (const status of new Set(statuses)) rows.push(...(await tx.all(taskPlans.list, { status, assignee: assignee ?? null, due_before: dueBefore ?? null, limit, ...place })));
	rows.sort((a, b) => (a.due_at ?? NEVER_MS) - (b.due_at ?? NEVER_MS) || a.id - b.id);
	const page = rows.slice(0, limit);
	const customers = await loadCustomers(tx, page.map((row) => row.customer_id));
	return page.map((row) => ({ task: taskView(row), customer: customerView(customers.get(row.customer_id) as CustomerRow), place: { dueAt: row.due_at, id: row.id } }));
});

export function taskView(row: TaskRow): TaskView {
	return { key: row.task_key, title: row.title, details: row.details, dueAt: row.due_at, assignee: row.assignee, status: row.status, outcome: row.outcome, journey: row.journey_key, createdAt: row.created_at, takenAt: row.taken_at, doneAt: row.done_at };
}

/** A task as it was at an instant. */
export function taskViewAt(row: TaskRow, atMs: number): TaskView {
	const done = row.done_at !== null && row.done_at <= atMs;
	const taken = row.taken_at !== null && row.taken_at <= atMs;
	return { ...taskView(row), status: done ? 'done' : taken ? 'taken' : 'open', outcome: done ? row.outcome : null, doneAt: done ? row.done_at : null, takenAt: taken ? row.taken_at : null };
}
