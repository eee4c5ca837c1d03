-- Who is meant by a name: every version of the rules.
CREATE TABLE segment (
  name TEXT NOT NULL, version BIGINT NOT NULL, rules TEXT NOT NULL, saved_at BIGINT NOT NULL, saved_by TEXT,
  PRIMARY KEY (name, version)
);

-- How many were in it when somebody counted last.
CREATE TABLE segment_size (
  name TEXT PRIMARY KEY, version BIGINT NOT NULL, members BIGINT NOT NULL, customers BIGINT NOT NULL, counted_at BIGINT NOT NULL
);

-- A run through the members of a segment: customers up to `after_id` have been looked at. `page`: members (JSON) who are on their
-- way through an execution, or gathered for the next one.
CREATE TABLE segment_run (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workflow_id TEXT NOT NULL, step_key TEXT NOT NULL, segment TEXT, rules TEXT NOT NULL, item TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT,
  customers BIGINT NOT NULL, looked_at BIGINT NOT NULL DEFAULT 0, released BIGINT NOT NULL DEFAULT 0, after_id BIGINT NOT NULL DEFAULT 0,
  page TEXT, page_state TEXT, epoch BIGINT NOT NULL DEFAULT 0, lease_until BIGINT, attempts BIGINT NOT NULL DEFAULT 0,
  started_at BIGINT NOT NULL, ended_at BIGINT
);
CREATE INDEX segment_run_node ON segment_run (workflow_id, step_key, state, id);

-- A segment that journeys listen to. Customers up to `filled_to` have been looked at for the first time, those up to `sweep_to` in
-- the round that began at `sweep_at`. Another definition is another baseline.
CREATE TABLE segment_watch (
  name TEXT PRIMARY KEY, definition TEXT NOT NULL, baseline_at BIGINT NOT NULL,
  filled_to BIGINT NOT NULL, filled BIGINT NOT NULL, sweep_to BIGINT NOT NULL, sweep_at BIGINT NOT NULL
);
CREATE TABLE segment_member (
  name TEXT NOT NULL, customer_id BIGINT NOT NULL, since BIGINT NOT NULL,
  PRIMARY KEY (name, customer_id)
);
CREATE INDEX segment_member_customer ON segment_member (customer_id);

-- Those who were inside already when a journey was switched on, and are to start too: they have been let in up to `after_id`.
CREATE TABLE segment_start (
  journey_key TEXT PRIMARY KEY, definition TEXT NOT NULL, asked_at BIGINT NOT NULL, after_id BIGINT NOT NULL, done BIGINT NOT NULL
);

-- Rewritten with every page: with room beside it a new version needs no new entry in the index.
ALTER TABLE segment_run SET (fillfactor = 50);
ALTER TABLE segment_watch SET (fillfactor = 50);
