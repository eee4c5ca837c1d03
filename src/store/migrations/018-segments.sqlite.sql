-- Who is meant by a name: every version of the rules.
CREATE TABLE segment (
  name TEXT NOT NULL, version INTEGER NOT NULL, rules TEXT NOT NULL, saved_at INTEGER NOT NULL, saved_by TEXT,
  PRIMARY KEY (name, version)
) WITHOUT ROWID;

-- How many were in it when somebody counted last.
CREATE TABLE segment_size (
  name TEXT PRIMARY KEY, version INTEGER NOT NULL, members INTEGER NOT NULL, customers INTEGER NOT NULL, counted_at INTEGER NOT NULL
) WITHOUT ROWID;

-- A run through the members of a segment: customers up to `after_id` have been looked at. `page`: members (JSON) who are on their
-- way through an execution, or gathered for the next one.
CREATE TABLE segment_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  workflow_id TEXT NOT NULL, step_key TEXT NOT NULL, segment TEXT, rules TEXT NOT NULL, item TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT,
  customers INTEGER NOT NULL, looked_at INTEGER NOT NULL DEFAULT 0, released INTEGER NOT NULL DEFAULT 0, after_id INTEGER NOT NULL DEFAULT 0,
  page TEXT, page_state TEXT, epoch INTEGER NOT NULL DEFAULT 0, lease_until INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL, ended_at INTEGER
);
CREATE INDEX segment_run_node ON segment_run (workflow_id, step_key, state, id);

-- A segment that journeys listen to. Customers up to `filled_to` have been looked at for the first time, those up to `sweep_to` in
-- the round that began at `sweep_at`. Another definition is another baseline.
CREATE TABLE segment_watch (
  name TEXT PRIMARY KEY, definition TEXT NOT NULL, baseline_at INTEGER NOT NULL,
  filled_to INTEGER NOT NULL, filled INTEGER NOT NULL, sweep_to INTEGER NOT NULL, sweep_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE segment_member (
  name TEXT NOT NULL, customer_id INTEGER NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (name, customer_id)
) WITHOUT ROWID;
CREATE INDEX segment_member_customer ON segment_member (customer_id);

-- Those who were inside already when a journey was switched on, and are to start too: they have been let in up to `after_id`.
CREATE TABLE segment_start (
  journey_key TEXT PRIMARY KEY, definition TEXT NOT NULL, asked_at INTEGER NOT NULL, after_id INTEGER NOT NULL, done INTEGER NOT NULL
) WITHOUT ROWID;
