-- Customers of a batch as rows instead of a JSON text: the database puts a batch together in a quarter of the time, and reads it without a parser.
CREATE TYPE released_wait AS (
  step_id BIGINT, due_at BIGINT, enrolment_id BIGINT, visit BIGINT, customer_id BIGINT, parked_at BIGINT, spec TEXT, item TEXT
);
ALTER TABLE release_batch ADD COLUMN waits released_wait[] NOT NULL DEFAULT '{}';
-- As before (021): packing and unpacking costs more than a few more bytes.
ALTER TABLE release_batch ALTER COLUMN waits SET STORAGE EXTERNAL;
UPDATE release_batch SET waits = ARRAY(SELECT w FROM json_populate_recordset(NULL::released_wait, items::json) AS w);
ALTER TABLE release_batch DROP COLUMN items;
ALTER TABLE release_batch RENAME COLUMN waits TO items;
