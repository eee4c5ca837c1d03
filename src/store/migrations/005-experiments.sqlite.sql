-- Which arm of an experiment, or of a control group, a customer is in for good. `exposed_at`: first met it; `mixed_at`: met two arms, left out of the analysis.
CREATE TABLE assignment (
  customer_id INTEGER NOT NULL, experiment TEXT NOT NULL, arm TEXT NOT NULL,
  assigned_at INTEGER NOT NULL, exposed_at INTEGER, mixed_at INTEGER,
  PRIMARY KEY (customer_id, experiment)
) WITHOUT ROWID;

-- A message that would have been sent, had the customer not been in a control group: its ghost slot in the limits.
CREATE TABLE exposure (
  seq INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL, at INTEGER NOT NULL, experiment TEXT NOT NULL,
  channel TEXT NOT NULL, category TEXT NOT NULL, tags TEXT NOT NULL, class TEXT NOT NULL, journey_key TEXT,
  priority INTEGER NOT NULL, exempt TEXT NOT NULL, counts INTEGER,
  idem_key TEXT NOT NULL UNIQUE, enrolment TEXT, step_key TEXT, visit INTEGER, policy_version TEXT NOT NULL
);
CREATE INDEX exposure_customer ON exposure (customer_id, at);
