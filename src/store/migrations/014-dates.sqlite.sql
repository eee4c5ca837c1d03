-- A journey that starts when a date comes near. Another definition is another watch. Subjects up to `filled_to` are scheduled.
CREATE TABLE date_watch (
  id INTEGER PRIMARY KEY,
  journey_key TEXT NOT NULL, subject TEXT NOT NULL, definition TEXT NOT NULL, zone TEXT NOT NULL,
  baseline_at INTEGER NOT NULL, filled_to INTEGER NOT NULL, filled INTEGER NOT NULL, retired_at INTEGER
);

-- The next instant at which a watched date comes near: `date` is the day itself, `offset_days` how far from it.
CREATE TABLE date_due (
  watch_id INTEGER NOT NULL, due_at INTEGER NOT NULL, subject_id INTEGER NOT NULL, date TEXT NOT NULL, offset_days INTEGER NOT NULL,
  PRIMARY KEY (watch_id, due_at, subject_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX date_due_subject ON date_due (watch_id, subject_id);
