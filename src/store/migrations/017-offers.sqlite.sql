-- What was offered to whom, so that it can be measured. `shown` 0: kept back from a customer of a control group. `outcome`:
-- accepted, declined; NULL as long as it may still be either.
CREATE TABLE offer (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL, product_id TEXT NOT NULL, kind TEXT NOT NULL,
  offered_at INTEGER NOT NULL, respond_until INTEGER NOT NULL, ready_from INTEGER NOT NULL, ready_until INTEGER,
  shown INTEGER NOT NULL, explored INTEGER NOT NULL, journey_key TEXT,
  outcome TEXT, outcome_at INTEGER, offer_key TEXT NOT NULL UNIQUE
);
CREATE INDEX offer_customer ON offer (customer_id, offered_at);
CREATE INDEX offer_open ON offer (id) WHERE outcome IS NULL;
CREATE INDEX offer_time ON offer (offered_at);

CREATE INDEX product_family ON product (family) WHERE family IS NOT NULL;
CREATE INDEX product_successor ON product (successor_of) WHERE successor_of IS NOT NULL;
