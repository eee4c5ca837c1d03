import { both, ofShop, per } from '../plan';

export interface JourneyRow {
	key: string;
	name: string;
	workflow_id: string;
	workflow_name: string;
	node_id: string;
	/** JSON of JourneySettings */
	settings: string;
	settings_version: number;
	registered_at: number;
	heartbeat_at: number;
	off_since: number | null;
}

export interface StepRow {
	id: number;
	journey_key: string;
	step_key: string;
	workflow_id: string;
	kind: string;
	/** Why nobody leaves although due: the step is tried with one customer at `probe_at`. */
	paused_reason: string | null;
	probe_at: number | null;
	/** Runs that failed while any batch of the step is to be tried again. */
	failures: number;
	/** Runs that failed since the last success, and may be the step's own fault. */
	doubts: number;
	/** Runs that succeeded after a failure. */
	successes: number;
	/** JSON of LaneJob[]: what is to be done to the waits before anybody leaves. */
	jobs: string | null;
	/** Since when nobody serves it although its journey is on. */
	missing_since: number | null;
}

/** A step with what an empty poll has to know of it. */
export type LaneRow = StepRow & { next_wait: number | null; next_lease: number | null; journey_off_since: number | null };

export interface StepNodeRow {
	workflow_id: string;
	step_key: string;
	node_id: string;
	node_name: string;
	kind: string;
	registered_at: number;
	heartbeat_at: number;
	off_since: number | null;
	/** JSON of the wait that the node asks of everybody who comes; null when it differs from one to the next. */
	wait: string | null;
}

export const registryPlans = {
	/** Signing on is looking who is there, then writing: one at a time. */
	lock: per<object, { locked: number }>({ sqlite: 'SELECT 1 AS locked', postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.journey'))" }),
	journeys: ofShop('journey', both<object, JourneyRow>('SELECT * FROM journey ORDER BY key')),
	journey: both<{ key: string }, JourneyRow>('SELECT * FROM journey WHERE key = :key'),
	saveJourney: both<JourneyRow>(
		`INSERT INTO journey (key, name, workflow_id, workflow_name, node_id, settings, settings_version, registered_at, heartbeat_at, off_since)
		VALUES (:key, :name, :workflow_id, :workflow_name, :node_id, :settings, :settings_version, :registered_at, :heartbeat_at, :off_since)
		ON CONFLICT (key) DO UPDATE SET name = excluded.name, workflow_id = excluded.workflow_id, workflow_name = excluded.workflow_name, node_id = excluded.node_id,
			settings = excluded.settings, settings_version = excluded.settings_version, registered_at = excluded.registered_at, heartbeat_at = excluded.heartbeat_at, off_since = excluded.off_since`,
	),
	/** Steps in a sub-workflow stay there. */
	moveSteps: both<{ journey_key: string; from: string; workflow_id: string }>('UPDATE journey_step SET workflow_id = :workflow_id WHERE journey_key = :journey_key AND workflow_id = :from'),
	beatJourney: both<{ key: string; workflow_id: string; node_id: string; now: number }>(
		'UPDATE journey SET heartbeat_at = :now, off_since = NULL WHERE key = :key AND workflow_id = :workflow_id AND node_id = :node_id',
	),
	closeJourney: both<{ key: string; workflow_id: string; node_id: string; now: number }>(
		'UPDATE journey SET off_since = :now WHERE key = :key AND workflow_id = :workflow_id AND node_id = :node_id AND off_since IS NULL',
	),
	/** Of a journey that went without a word. */
	switchOff: both<{ key: string; off_since: number }>('UPDATE journey SET off_since = :off_since WHERE key = :key AND off_since IS NULL'),
	stepNode: both<{ workflow_id: string; step_key: string }, StepNodeRow>('SELECT * FROM step_node WHERE workflow_id = :workflow_id AND step_key = :step_key'),
	stepNodes: both<object, StepNodeRow>('SELECT * FROM step_node'),
	saveStepNode: both<StepNodeRow>(
		`INSERT INTO step_node (workflow_id, step_key, node_id, node_name, kind, registered_at, heartbeat_at, off_since, wait)
		VALUES (:workflow_id, :step_key, :node_id, :node_name, :kind, :registered_at, :heartbeat_at, NULL, :wait)
		ON CONFLICT (workflow_id, step_key) DO UPDATE SET node_id = excluded.node_id, node_name = excluded.node_name, kind = excluded.kind,
			registered_at = excluded.registered_at, heartbeat_at = excluded.heartbeat_at, off_since = NULL, wait = excluded.wait`,
	),
	beatStepNode: both<{ workflow_id: string; step_key: string; node_id: string; now: number }>(
		'UPDATE step_node SET heartbeat_at = :now, off_since = NULL WHERE workflow_id = :workflow_id AND step_key = :step_key AND node_id = :node_id',
	),
	closeStepNode: both<{ workflow_id: string; step_key: string; node_id: string; now: number }>(
		'UPDATE step_node SET off_since = :now WHERE workflow_id = :workflow_id AND step_key = :step_key AND node_id = :node_id AND off_since IS NULL',
	),
	steps: both<object, StepRow>('SELECT * FROM journey_step'),
	stepsOfNode: both<{ workflow_id: string; step_key: string }, StepRow>('SELECT * FROM journey_step WHERE workflow_id = :workflow_id AND step_key = :step_key'),
	/** The lanes of a node with the first wait and the first batch of each: all that an empty poll has to know. */
	lanesOfNode: both<{ workflow_id: string; step_key: string }, LaneRow>(
		`SELECT s.*, (SELECT due_at FROM wait w WHERE w.step_id = s.id ORDER BY w.due_at LIMIT 1) AS next_wait,
			(SELECT lease_until FROM release_batch b WHERE b.step_id = s.id ORDER BY b.lease_until LIMIT 1) AS next_lease,
			(SELECT off_since FROM journey j WHERE j.key = s.journey_key) AS journey_off_since
		FROM journey_step s WHERE s.workflow_id = :workflow_id AND s.step_key = :step_key`,
	),
	step: both<{ journey_key: string; step_key: string }, StepRow>('SELECT * FROM journey_step WHERE journey_key = :journey_key AND step_key = :step_key'),
	addStep: both<Pick<StepRow, 'journey_key' | 'step_key' | 'workflow_id' | 'kind'>>(
		`INSERT INTO journey_step (journey_key, step_key, workflow_id, kind) VALUES (:journey_key, :step_key, :workflow_id, :kind)
		ON CONFLICT (journey_key, step_key) DO UPDATE SET workflow_id = excluded.workflow_id, kind = excluded.kind`,
	),
};
