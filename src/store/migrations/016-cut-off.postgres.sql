-- How often in a row the lease of a batch ran out before anybody said how its run ended.
ALTER TABLE release_batch ADD COLUMN expiries BIGINT NOT NULL DEFAULT 0;
CREATE INDEX release_batch_suspect ON release_batch (lease_until) WHERE expiries > 1;
