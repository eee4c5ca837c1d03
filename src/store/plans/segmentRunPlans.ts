import { both, per } from '../plan';

export interface SegmentRunRow {
	id: number;
	workflow_id: string;
	step_key: string;
	/** name of the saved segment; null for conditions of the node */
	segment: string | null;
	/** JSON of SegmentRules, as they were when the run began */
	rules: string;
	/** JSON: SegmentRules of the segments that the rules lead to, by name, as they were then; null: a run of an earlier version of this package, which looks them up */
	saved: string | null;
	/** JSON: what started the run, carried along to every member */
	item: string;
	state: 'queued' | 'running' | 'paused' | 'done' | 'stopped';
	/** why it is paused, where nobody paused it */
	reason: string | null;
	/** customers there were at the start */
	customers: number;
	looked_at: number;
	released: number;
	/** customers up to here have been looked at */
	after_id: number;
	/** JSON of customers' numbers */
	page: string | null;
	/** `gathering`: not full yet; `offered`: an execution is asked to take it; `claimed`: one has; `resting`: after a failure */
	page_state: 'gathering' | 'offered' | 'claimed' | 'resting' | null;
	epoch: number;
	/** end of the lease, or of the rest; UTC milliseconds */
	lease_until: number | null;
	/** executions of this page that failed */
	attempts: number;
	started_at: number;
	ended_at: number | null;
}

const COLUMNS = 'workflow_id, step_key, segment, rules, saved, item, state, reason, customers, looked_at, released, after_id, page, page_state, epoch, lease_until, attempts, started_at, ended_at';

export const segmentRunPlans = {
	/** Starting is looking what runs, then writing: one at a time. */
	lock: per<object, { locked: number }>({ sqlite: 'SELECT 1 AS locked', postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.segment_run'))" }),
	add: both<Pick<SegmentRunRow, 'workflow_id' | 'step_key' | 'segment' | 'rules' | 'saved' | 'item' | 'state' | 'customers' | 'started_at'>, { id: number }>(
		'INSERT INTO segment_run (workflow_id, step_key, segment, rules, saved, item, state, customers, started_at) VALUES (:workflow_id, :step_key, :segment, :rules, :saved, :item, :state, :customers, :started_at) RETURNING id',
	),
	get: per<{ id: number }, SegmentRunRow>({ sqlite: 'SELECT * FROM segment_run WHERE id = :id', postgres: 'SELECT * FROM segment_run WHERE id = :id FOR UPDATE' }),
	/** The runs of a node that are not over, in no order. */
	open: both<{ workflow_id: string; step_key: string }, SegmentRunRow>("SELECT * FROM segment_run WHERE workflow_id = :workflow_id AND step_key = :step_key AND state IN ('running', 'paused', 'queued')"),
	/** All that are not over. */
	underWay: both<object, Pick<SegmentRunRow, 'id' | 'rules'>>("SELECT id, rules FROM segment_run WHERE state IN ('running', 'paused', 'queued') ORDER BY id"),
	/** Before a run, the newest first; `over` 0: only those that are not over. */
	list: both<{ before: number; workflow_id: string | null; step_key: string | null; over: number; limit: number }, SegmentRunRow>(
		`SELECT id, ${COLUMNS} FROM segment_run WHERE id < :before AND workflow_id = coalesce(CAST(:workflow_id AS TEXT), workflow_id) AND step_key = coalesce(CAST(:step_key AS TEXT), step_key)
			AND (CAST(:over AS INTEGER) = 1 OR state IN ('running', 'paused', 'queued')) ORDER BY id DESC LIMIT :limit`,
	),
	/** Only whoever saw the state that is there moves it on. */
	update: both<SegmentRunRow & { epoch_before: number; page_state_before: string | null }>(
		`UPDATE segment_run SET state = :state, reason = :reason, looked_at = :looked_at, released = :released, after_id = :after_id, page = :page, page_state = :page_state, epoch = :epoch,
			lease_until = :lease_until, attempts = :attempts, ended_at = :ended_at, item = :item
		WHERE id = :id AND epoch = :epoch_before AND coalesce(page_state, '') = coalesce(CAST(:page_state_before AS TEXT), '')`,
	),
	prune: both<{ before: number }>("DELETE FROM segment_run WHERE state IN ('done', 'stopped') AND ended_at < :before"),
};
