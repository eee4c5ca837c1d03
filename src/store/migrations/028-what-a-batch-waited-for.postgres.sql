-- Most customers of a batch have waited for the same: kept once. NULL in a row of `items`: as it stands here.
ALTER TABLE release_batch ADD COLUMN spec TEXT;
-- Who has left a step is written with when and how, which takes more room than before: at half a page every sixth new version had to
-- go to another page, and into every index.
ALTER TABLE enrolment_history SET (fillfactor = 42);
ALTER TABLE enrolment SET (fillfactor = 44);
