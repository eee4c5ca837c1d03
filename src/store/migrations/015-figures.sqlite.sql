-- What is computed of a customer. `as_of`: when a figure of the row last changed; what has no value yet is NULL.
CREATE TABLE feature (
  customer_id INTEGER PRIMARY KEY,
  as_of INTEGER, orders INTEGER, order_days INTEGER, first_order_at INTEGER, last_order_at INTEGER, window_orders INTEGER, revenue_e4 INTEGER, r INTEGER, f INTEGER, m INTEGER, rfm_group TEXT,
  rhythm TEXT, expected_gap_days REAL, next_at INTEGER, next_from INTEGER, next_until INTEGER, no_return REAL,
  stage TEXT, stage_since INTEGER, stage_pending TEXT, stage_pending_since INTEGER, stage_check_at INTEGER, vip INTEGER,
  p_alive REAL, expected_orders REAL, ltv_e4 INTEGER, value_tier TEXT, margin_e4 INTEGER,
  price_tier TEXT, favourite_category TEXT, engagement REAL, best_hour INTEGER, best_channel TEXT, views_30d INTEGER
);
CREATE INDEX feature_stage_check ON feature (stage_check_at) WHERE stage_check_at IS NOT NULL;

-- Thresholds and parameters that figures are computed with, by family; the highest version is the one in use.
CREATE TABLE model (
  name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, settings TEXT NOT NULL, as_of INTEGER NOT NULL, fitted_at INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) WITHOUT ROWID;

-- Customers whose orders (`what` 1) or events (`what` 2) changed since the columns were last brought up to date. Rows are only
-- added and taken, never changed: nobody waits for anybody here.
CREATE TABLE customer_change (seq INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, what INTEGER NOT NULL);
CREATE INDEX customer_change_customer ON customer_change (customer_id);

-- Orders and events once more, as columns of a range of customers' numbers.
CREATE TABLE column_segment (
  kind TEXT NOT NULL, bucket INTEGER NOT NULL, built_at INTEGER NOT NULL, checksum TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (kind, bucket)
);
