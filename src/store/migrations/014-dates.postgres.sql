-- A journey that starts when a date comes near. Another definition is another watch. Subjects up to `filled_to` are scheduled.
CREATE TABLE date_watch (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journey_key TEXT NOT NULL, subject TEXT NOT NULL, definition TEXT NOT NULL, zone TEXT NOT NULL,
  baseline_at BIGINT NOT NULL, filled_to BIGINT NOT NULL, filled BIGINT NOT NULL, retired_at BIGINT
);

-- The next instant at which a watched date comes near: `date` is the day itself, `offset_days` how far from it.
CREATE TABLE date_due (
  watch_id BIGINT NOT NULL, due_at BIGINT NOT NULL, subject_id BIGINT NOT NULL, date TEXT NOT NULL, offset_days BIGINT NOT NULL,
  PRIMARY KEY (watch_id, due_at, subject_id)
);
CREATE UNIQUE INDEX date_due_subject ON date_due (watch_id, subject_id);
