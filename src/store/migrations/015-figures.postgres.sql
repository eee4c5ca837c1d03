-- What is computed of a customer. `as_of`: when a figure of the row last changed; what has no value yet is NULL.
CREATE TABLE feature (
  customer_id BIGINT PRIMARY KEY,
  as_of BIGINT, orders BIGINT, order_days BIGINT, first_order_at BIGINT, last_order_at BIGINT, window_orders BIGINT, revenue_e4 BIGINT, r BIGINT, f BIGINT, m BIGINT, rfm_group TEXT,
  rhythm TEXT, expected_gap_days DOUBLE PRECISION, next_at BIGINT, next_from BIGINT, next_until BIGINT, no_return DOUBLE PRECISION,
  stage TEXT, stage_since BIGINT, stage_pending TEXT, stage_pending_since BIGINT, stage_check_at BIGINT, vip BIGINT,
  p_alive DOUBLE PRECISION, expected_orders DOUBLE PRECISION, ltv_e4 BIGINT, value_tier TEXT, margin_e4 BIGINT,
  price_tier TEXT, favourite_category TEXT, engagement DOUBLE PRECISION, best_hour BIGINT, best_channel TEXT, views_30d BIGINT
);
CREATE INDEX feature_stage_check ON feature (stage_check_at) WHERE stage_check_at IS NOT NULL;

-- Thresholds and parameters that figures are computed with, by family; the highest version is the one in use.
CREATE TABLE model (
  name TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, settings TEXT NOT NULL, as_of BIGINT NOT NULL, fitted_at BIGINT NOT NULL,
  PRIMARY KEY (name, version)
);

-- Customers whose orders (`what` 1) or events (`what` 2) changed since the columns were last brought up to date. Rows are only
-- added and taken, never changed: nobody waits for anybody here.
CREATE TABLE customer_change (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id BIGINT NOT NULL, what BIGINT NOT NULL);
CREATE INDEX customer_change_customer ON customer_change (customer_id);

-- Orders and events once more, as columns of a range of customers' numbers.
CREATE TABLE column_segment (
  kind TEXT NOT NULL, bucket BIGINT NOT NULL, built_at BIGINT NOT NULL, checksum TEXT NOT NULL, body BYTEA NOT NULL,
  PRIMARY KEY (kind, bucket)
);

-- Figures are written again and again. With room on its page a new version needs no new entry in the indexes.
ALTER TABLE feature SET (fillfactor = 70);
