-- The mail sender's own id of a report: the same report twice is one, also when it names another instant.
ALTER TABLE touch_result ADD COLUMN event_id TEXT;
CREATE UNIQUE INDEX touch_result_event ON touch_result (event_id) WHERE event_id IS NOT NULL;
