-- Set: another customer took this one in, at `erased_at`; what is left here is a stub that nothing finds.
ALTER TABLE customer ADD COLUMN merged_into BIGINT;
CREATE INDEX customer_merged_into ON customer (merged_into) WHERE merged_into IS NOT NULL;
-- Set: whose it was before it came to `customer_id` by a merge.
ALTER TABLE identity ADD COLUMN origin_id BIGINT;
-- Why an enrolment is left out of comparisons.
ALTER TABLE enrolment ADD COLUMN excluded TEXT;

-- `restore`: what a plain move back would not bring back, as JSON.
CREATE TABLE customer_merge (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  survivor_id BIGINT NOT NULL, absorbed_id BIGINT NOT NULL,
  merged_at BIGINT NOT NULL, merged_by TEXT, undone_at BIGINT, restore TEXT NOT NULL
);
CREATE INDEX customer_merge_absorbed ON customer_merge (absorbed_id);
CREATE INDEX customer_merge_survivor ON customer_merge (survivor_id);

-- A row that a merge moved.
CREATE TABLE merge_row (
  merge_id BIGINT NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL,
  PRIMARY KEY (merge_id, table_name, row_key)
);

-- A row that came in after a merge through an identity of somebody who had been merged.
CREATE TABLE late_row (
  table_name TEXT NOT NULL, row_key TEXT NOT NULL, origin_id BIGINT NOT NULL,
  PRIMARY KEY (table_name, row_key)
);
CREATE INDEX late_row_origin ON late_row (origin_id);

-- What each of several merged customers said of themselves: the united profile is made of these, field by field.
CREATE TABLE own_profile (customer_id BIGINT PRIMARY KEY, profile TEXT NOT NULL);

CREATE INDEX refusal_log_customer ON refusal_log (customer_id);
