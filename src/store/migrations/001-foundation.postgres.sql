-- Times are integer milliseconds since the epoch, UTC. Money is an integer count of ten-thousandths (e4).

CREATE TABLE customer (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key TEXT COLLATE "C" NOT NULL UNIQUE,
  email TEXT, phone TEXT, first_name TEXT, last_name TEXT,
  time_zone TEXT, locale TEXT, country TEXT, birth_date TEXT,
  stage TEXT, vip BIGINT NOT NULL DEFAULT 0,
  attributes TEXT NOT NULL DEFAULT '{}',
  field_times TEXT NOT NULL DEFAULT '{}',
  find_ids TEXT NOT NULL DEFAULT '', find_name TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, erased_at BIGINT
);

CREATE TABLE identity (
  type TEXT NOT NULL, value TEXT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (type, value)
);
CREATE INDEX identity_customer ON identity (customer_id);

CREATE TABLE consent (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id BIGINT NOT NULL, channel TEXT NOT NULL, purpose TEXT NOT NULL,
  status TEXT NOT NULL, at BIGINT NOT NULL, expires_at BIGINT,
  source TEXT, wording TEXT, proof TEXT, recorded_at BIGINT NOT NULL,
  UNIQUE (customer_id, channel, purpose, at, status)
);

CREATE TABLE suppression (
  address_hash TEXT NOT NULL, channel TEXT NOT NULL,
  reason TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (address_hash, channel)
);

CREATE TABLE erasure (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pseudonym TEXT NOT NULL, erased_at BIGINT NOT NULL, requested_by TEXT, counts TEXT NOT NULL
);
CREATE TABLE tombstone (
  identity_hash TEXT PRIMARY KEY, erasure_id BIGINT NOT NULL, erased_at BIGINT NOT NULL
);

CREATE TABLE seen (
  source TEXT NOT NULL, event_id TEXT NOT NULL, body_hash TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (source, event_id)
);
CREATE TABLE ingest_conflict (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source TEXT NOT NULL, event_id TEXT NOT NULL, body_hash TEXT NOT NULL, at BIGINT NOT NULL
);

CREATE TABLE event (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id BIGINT NOT NULL, type TEXT NOT NULL,
  occurred_at BIGINT NOT NULL, ingested_at BIGINT NOT NULL,
  source TEXT NOT NULL, event_id TEXT NOT NULL, properties TEXT NOT NULL,
  note TEXT
);
CREATE INDEX event_customer ON event (customer_id, occurred_at);

CREATE TABLE orders (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source TEXT NOT NULL, order_id TEXT NOT NULL,
  customer_id BIGINT, kind TEXT NOT NULL, status TEXT NOT NULL,
  ordered_at BIGINT NOT NULL, currency TEXT NOT NULL,
  total_e4 BIGINT, discount_e4 BIGINT, refunded_e4 BIGINT NOT NULL DEFAULT 0,
  cart_id TEXT, source_campaign TEXT, body_hash TEXT, import_run TEXT, updated_at BIGINT NOT NULL,
  UNIQUE (source, order_id, kind)
);
CREATE INDEX orders_customer ON orders (customer_id, ordered_at);
CREATE INDEX orders_by_id ON orders (order_id);

-- Identical lines are one row: `times` counts them. An import counts anew in `times_in_run`; `times_before_run` is what was known before it.
CREATE TABLE order_line (
  order_ref BIGINT NOT NULL, product_id TEXT NOT NULL, quantity DOUBLE PRECISION NOT NULL, price_e4 BIGINT NOT NULL,
  times BIGINT NOT NULL DEFAULT 1, amount_e4 BIGINT NOT NULL, gift BIGINT NOT NULL DEFAULT 0,
  refund_of BIGINT, times_in_run BIGINT NOT NULL DEFAULT 0, times_before_run BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (order_ref, product_id, quantity, price_e4)
);

CREATE TABLE product (
  product_id TEXT PRIMARY KEY,
  name TEXT, category TEXT, price_e4 BIGINT, currency TEXT, family TEXT, tier BIGINT, successor_of TEXT,
  lifetime_days DOUBLE PRECISION, in_stock BIGINT, margin_e4 BIGINT, updated_at BIGINT NOT NULL
);

CREATE TABLE journey (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL, workflow_id TEXT NOT NULL, workflow_name TEXT NOT NULL, node_id TEXT NOT NULL,
  settings TEXT NOT NULL, settings_version BIGINT NOT NULL,
  registered_at BIGINT NOT NULL, heartbeat_at BIGINT NOT NULL, off_since BIGINT
);

-- A step of a journey: the lane that its waiting customers queue in.
CREATE TABLE journey_step (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journey_key TEXT NOT NULL, step_key TEXT NOT NULL, workflow_id TEXT NOT NULL, kind TEXT NOT NULL, paused_reason TEXT,
  UNIQUE (journey_key, step_key)
);
CREATE INDEX journey_step_node ON journey_step (workflow_id, step_key);

-- A node on the canvas that serves a step while its workflow is active.
CREATE TABLE step_node (
  workflow_id TEXT NOT NULL, step_key TEXT NOT NULL, node_id TEXT NOT NULL, node_name TEXT NOT NULL, kind TEXT NOT NULL,
  registered_at BIGINT NOT NULL, heartbeat_at BIGINT NOT NULL, off_since BIGINT,
  PRIMARY KEY (workflow_id, step_key)
);

CREATE TABLE enrolment (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journey_key TEXT NOT NULL, journey_version BIGINT NOT NULL, customer_id BIGINT NOT NULL,
  entry_key TEXT NOT NULL, generation BIGINT NOT NULL,
  entered_at BIGINT NOT NULL, status TEXT NOT NULL, step_key TEXT NOT NULL, visit BIGINT NOT NULL,
  variant TEXT, event TEXT, ended_at BIGINT, end_reason TEXT,
  goal_at BIGINT, goal_value_e4 BIGINT, goal_currency TEXT, goal_event_id TEXT,
  row_version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (journey_key, customer_id, entry_key, generation)
);
CREATE INDEX enrolment_customer ON enrolment (customer_id, journey_key);

-- One row per arrival at a step. The same arrival offered again (a crash, a retry) finds its row.
CREATE TABLE enrolment_history (
  enrolment_id BIGINT NOT NULL, from_visit BIGINT NOT NULL, step_key TEXT NOT NULL, visit BIGINT NOT NULL,
  arrived_at BIGINT NOT NULL, left_at BIGINT, outcome TEXT,
  PRIMARY KEY (enrolment_id, from_visit, step_key)
);

CREATE TABLE wait (
  step_id BIGINT NOT NULL, due_at BIGINT NOT NULL, enrolment_id BIGINT NOT NULL, visit BIGINT NOT NULL,
  customer_id BIGINT NOT NULL, parked_at BIGINT NOT NULL, spec TEXT NOT NULL, item TEXT NOT NULL,
  PRIMARY KEY (step_id, due_at, enrolment_id, visit)
);
CREATE INDEX wait_enrolment ON wait (enrolment_id);
CREATE INDEX wait_customer ON wait (customer_id);

CREATE TABLE release_batch (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  step_id BIGINT NOT NULL, epoch BIGINT NOT NULL, state TEXT NOT NULL,
  lease_until BIGINT NOT NULL, attempts BIGINT NOT NULL, retry_at BIGINT,
  created_at BIGINT NOT NULL, size BIGINT NOT NULL, error TEXT, items TEXT NOT NULL
);
CREATE INDEX release_batch_lease ON release_batch (step_id, lease_until);

CREATE TABLE touch (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id BIGINT NOT NULL, ts BIGINT NOT NULL,
  channel TEXT NOT NULL, category TEXT NOT NULL, tags TEXT NOT NULL, class TEXT NOT NULL, journey_key TEXT,
  state TEXT NOT NULL, priority BIGINT NOT NULL, exempt TEXT NOT NULL, counts BIGINT,
  idem_key TEXT NOT NULL UNIQUE, enrolment TEXT, step_key TEXT, visit BIGINT,
  expires_at BIGINT, provider_id TEXT, result_at BIGINT, result_note TEXT, policy_version TEXT NOT NULL
);
CREATE INDEX touch_customer ON touch (customer_id, ts);
CREATE INDEX touch_step ON touch (enrolment, step_key, visit) WHERE enrolment IS NOT NULL;
CREATE INDEX touch_unknown ON touch (ts) WHERE state = 'unknown';
CREATE INDEX touch_reserved ON touch (enrolment) WHERE state = 'reserved';
CREATE INDEX touch_provider ON touch (provider_id) WHERE provider_id IS NOT NULL;

CREATE TABLE touch_result (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  touch_seq BIGINT NOT NULL, result TEXT NOT NULL, at BIGINT NOT NULL, note TEXT,
  UNIQUE (touch_seq, result, at)
);

-- The standing answer for a request key: held (waits to be judged again), or final. `answer` is the whole decision, `request` what was asked.
CREATE TABLE decision (
  idem_key TEXT PRIMARY KEY, body_hash TEXT NOT NULL,
  customer_id BIGINT, customer_key TEXT NOT NULL, decided_at BIGINT NOT NULL, asked_at BIGINT NOT NULL,
  decision TEXT NOT NULL, until_at BIGINT, rule TEXT, reason TEXT, channel TEXT NOT NULL, journey_key TEXT,
  enrolment TEXT, policy_version TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX decision_customer ON decision (customer_id, decided_at);
CREATE INDEX decision_held ON decision (customer_id) WHERE decision = 'delay';
CREATE INDEX decision_held_enrolment ON decision (enrolment) WHERE decision = 'delay';

CREATE TABLE policy (
  name TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, saved_at BIGINT NOT NULL, saved_by TEXT,
  PRIMARY KEY (name, version)
);

CREATE TABLE refusal_log (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journey_key TEXT NOT NULL, customer_id BIGINT, at BIGINT NOT NULL, reason TEXT NOT NULL
);
