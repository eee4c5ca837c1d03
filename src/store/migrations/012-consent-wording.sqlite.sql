-- Texts that customers agreed to, each once. `consent.wording` is the shop's own id of it, `consent.wording_hash` the text as it was then.
CREATE TABLE wording (hash TEXT PRIMARY KEY, text TEXT NOT NULL, first_used_at INTEGER NOT NULL);
ALTER TABLE consent ADD COLUMN wording_hash TEXT;
CREATE INDEX consent_wording ON consent (wording_hash) WHERE wording_hash IS NOT NULL;

-- The index of 011 on the same column serves both.
DROP INDEX refusal_log_customer;
