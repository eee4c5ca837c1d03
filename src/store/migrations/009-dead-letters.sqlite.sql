-- A run that failed: how often in a row, and how many successes its step had counted at the first and at the latest failure. A later
-- count proves that others got through.
ALTER TABLE release_batch ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE release_batch ADD COLUMN failed_from INTEGER;
ALTER TABLE release_batch ADD COLUMN failed_after INTEGER;

-- Failed runs of a step while any is to be tried again; failed runs since the last success that may be the step's own fault; successes
-- while others failed; when a paused step is tried again.
ALTER TABLE journey_step ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journey_step ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journey_step ADD COLUMN successes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journey_step ADD COLUMN probe_at INTEGER;

-- A customer whose run fails while others get through the same step: the wait they left, kept until a person puts it back.
CREATE TABLE dead_letter (
  id INTEGER PRIMARY KEY,
  step_id INTEGER NOT NULL, enrolment_id INTEGER NOT NULL, visit INTEGER NOT NULL, customer_id INTEGER NOT NULL,
  due_at INTEGER NOT NULL, parked_at INTEGER NOT NULL, spec TEXT NOT NULL, item TEXT NOT NULL,
  failed_at INTEGER NOT NULL, failures INTEGER NOT NULL, error TEXT
);
CREATE INDEX dead_letter_enrolment ON dead_letter (enrolment_id);
CREATE INDEX dead_letter_customer ON dead_letter (customer_id);
CREATE INDEX dead_letter_step ON dead_letter (step_id, id);
