-- What a goal was reached with, what of it was given back, and when all of it was.
ALTER TABLE enrolment ADD COLUMN goal_ref TEXT;
ALTER TABLE enrolment ADD COLUMN goal_refunded_e4 BIGINT;
ALTER TABLE enrolment ADD COLUMN goal_reversed_at BIGINT;
CREATE INDEX enrolment_entered ON enrolment (journey_key, entered_at);

-- Of a wait for events that its time ended: what it listened for, and the event that came too late.
ALTER TABLE enrolment_history ADD COLUMN listened TEXT;
ALTER TABLE enrolment_history ADD COLUMN late_match TEXT;

CREATE INDEX refusal_customer ON refusal_log (customer_id, at, seq);

-- Events dated too far ahead, kept as they came until a person lets them in or throws them away.
CREATE TABLE set_aside (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source TEXT NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL, occurred_at BIGINT NOT NULL, received_at BIGINT NOT NULL, item TEXT NOT NULL,
  UNIQUE (source, event_id)
);
