-- Most customers of a batch have waited for the same: kept once. NULL in a row of `items`: as it stands here.
ALTER TABLE release_batch ADD COLUMN spec TEXT;
