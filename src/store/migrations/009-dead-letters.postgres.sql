-- A run that failed: how often in a row, and how many successes its step had counted at the first and at the latest failure. A later
-- count proves that others got through.
ALTER TABLE release_batch ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE release_batch ADD COLUMN failed_from BIGINT;
ALTER TABLE release_batch ADD COLUMN failed_after BIGINT;

-- Failed runs of a step while any is to be tried again; failed runs since the last success that may be the step's own fault; successes
-- while others failed; when a paused step is tried again.
ALTER TABLE journey_step ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journey_step ADD COLUMN doubts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journey_step ADD COLUMN successes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journey_step ADD COLUMN probe_at BIGINT;

-- A customer whose run fails while others get through the same step: the wait they left, kept until a person puts it back.
CREATE TABLE dead_letter (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  step_id BIGINT NOT NULL, enrolment_id BIGINT NOT NULL, visit BIGINT NOT NULL, customer_id BIGINT NOT NULL,
  due_at BIGINT NOT NULL, parked_at BIGINT NOT NULL, spec TEXT NOT NULL, item TEXT NOT NULL,
  failed_at BIGINT NOT NULL, failures BIGINT NOT NULL, error TEXT
);
CREATE INDEX dead_letter_enrolment ON dead_letter (enrolment_id);
CREATE INDEX dead_letter_customer ON dead_letter (customer_id);
CREATE INDEX dead_letter_step ON dead_letter (step_id, id);
