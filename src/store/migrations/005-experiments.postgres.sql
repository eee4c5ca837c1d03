-- Which arm of an experiment, or of a control group, a customer is in for good. `exposed_at`: first met it; `mixed_at`: met two arms, left out of the analysis.
CREATE TABLE assignment (
  customer_id BIGINT NOT NULL, experiment TEXT NOT NULL, arm TEXT NOT NULL,
  assigned_at BIGINT NOT NULL, exposed_at BIGINT, mixed_at BIGINT,
  PRIMARY KEY (customer_id, experiment)
);

-- A message that would have been sent, had the customer not been in a control group: its ghost slot in the limits.
CREATE TABLE exposure (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id BIGINT NOT NULL, at BIGINT NOT NULL, experiment TEXT NOT NULL,
  channel TEXT NOT NULL, category TEXT NOT NULL, tags TEXT NOT NULL, class TEXT NOT NULL, journey_key TEXT,
  priority BIGINT NOT NULL, exempt TEXT NOT NULL, counts BIGINT,
  idem_key TEXT NOT NULL UNIQUE, enrolment TEXT, step_key TEXT, visit BIGINT, policy_version TEXT NOT NULL
);
CREATE INDEX exposure_customer ON exposure (customer_id, at);
