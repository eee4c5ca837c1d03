-- What people write about a customer, and what a manager is asked to do. A key makes the same note or task one, however often a run is repeated.
CREATE TABLE note (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  note_key TEXT NOT NULL UNIQUE, customer_id BIGINT NOT NULL,
  at BIGINT NOT NULL, text TEXT NOT NULL, author TEXT, journey_key TEXT
);
CREATE INDEX note_customer ON note (customer_id, at);

CREATE TABLE task (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_key TEXT NOT NULL UNIQUE, customer_id BIGINT NOT NULL,
  title TEXT NOT NULL, details TEXT, due_at BIGINT, assignee TEXT,
  status TEXT NOT NULL, outcome TEXT, journey_key TEXT,
  created_at BIGINT NOT NULL, taken_at BIGINT, done_at BIGINT
);
CREATE INDEX task_customer ON task (customer_id, created_at);
-- A task without a date comes last.
CREATE INDEX task_due ON task (status, coalesce(due_at, 8640000000000000), id);
