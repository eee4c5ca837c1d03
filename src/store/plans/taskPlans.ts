import { both, bulk, insertMany, selectMany, updateMany } from '../plan';

export interface NoteRow {
	seq: number;
	note_key: string;
	customer_id: number;
	at: number;
	text: string;
	author: string | null;
	journey_key: string | null;
}

export type TaskStatus = 'open' | 'taken' | 'done';

export interface TaskRow {
	id: number;
	task_key: string;
	customer_id: number;
	title: string;
	details: string | null;
	due_at: number | null;
	assignee: string | null;
	status: TaskStatus;
	outcome: string | null;
	journey_key: string | null;
	created_at: number;
	taken_at: number | null;
	done_at: number | null;
}

export const notePlans = {
	insert: insertMany<Omit<NoteRow, 'seq'>, { note_key: string }>(
		'note',
		{ note_key: 'text', customer_id: 'bigint', at: 'bigint', text: 'text', author: 'text', journey_key: 'text' },
		'ON CONFLICT (note_key) DO NOTHING RETURNING note_key',
	),
	byKeys: selectMany<{ note_key: string }, NoteRow>('t.*', 'note', { note_key: 'text' }),
	/** Of an erased customer: nothing but free text. */
	removeOf: both<{ customer_id: number }>('DELETE FROM note WHERE customer_id = :customer_id'),
	ofCustomer: both<{ customer_id: number; until: number; limit: number }, NoteRow>('SELECT * FROM note WHERE customer_id = :customer_id AND at <= :until ORDER BY at DESC, seq DESC LIMIT :limit'),
};

/** A task without a date comes after all others. */
const DUE = 'coalesce(t.due_at, 8640000000000000)';

export const taskPlans = {
	insert: insertMany<Omit<TaskRow, 'id' | 'outcome' | 'taken_at' | 'done_at'>, { task_key: string }>(
		'task',
		{ task_key: 'text', customer_id: 'bigint', title: 'text', details: 'text', due_at: 'bigint', assignee: 'text', status: 'text', journey_key: 'text', created_at: 'bigint' },
		'ON CONFLICT (task_key) DO NOTHING RETURNING task_key',
	),
	byKeys: selectMany<{ task_key: string }, TaskRow>('t.*', 'task', { task_key: 'text' }),
	update: updateMany<Pick<TaskRow, 'id' | 'assignee' | 'status' | 'outcome' | 'taken_at' | 'done_at'>>(
		'task',
		{ id: 'bigint', assignee: 'text', status: 'text', outcome: 'text', taken_at: 'bigint', done_at: 'bigint' },
		['id'],
	),
	ofCustomer: both<{ customer_id: number; until: number; limit: number }, TaskRow>('SELECT * FROM task WHERE customer_id = :customer_id AND created_at <= :until ORDER BY created_at DESC, id DESC LIMIT :limit'),
	/** Of one status, those due first first. `after_due` and `after_id`: the last one of the page before. */
	list: both<{ status: TaskStatus; assignee: string | null; due_before: number | null; after_due: number; after_id: number; limit: number }, TaskRow>(
		`SELECT t.* FROM task t
		WHERE t.status = :status AND (${DUE}, t.id) > (:after_due, :after_id)
			AND (CAST(:due_before AS BIGINT) IS NULL OR t.due_at < :due_before)
			AND (CAST(:assignee AS TEXT) IS NULL OR t.assignee = :assignee)
		ORDER BY ${DUE}, t.id LIMIT :limit`,
	),
	/** Of an erased customer: what was to be done is over. */
	blank: both<{ customer_id: number; now: number }>(
		"UPDATE task SET title = 'erased', details = NULL, outcome = 'erased', status = 'done', done_at = coalesce(done_at, :now) WHERE customer_id = :customer_id",
	),
	rename: bulk<{ old_key: string; task_key: string }>(
		{ old_key: 'text', task_key: 'text' },
		{
			sqlite: 'UPDATE task SET task_key = :task_key WHERE task_key = :old_key',
			postgres: 'UPDATE task AS t SET task_key = r.task_key FROM rows r WHERE t.task_key = r.old_key',
		},
	),
	keysOf: both<{ customer_id: number }, { task_key: string }>('SELECT task_key FROM task WHERE customer_id = :customer_id'),
};
