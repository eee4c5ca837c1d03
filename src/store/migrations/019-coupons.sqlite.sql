-- Codes of a pool are counted here, under a lock of their own.
CREATE TABLE coupon_pool (name TEXT PRIMARY KEY, issued INTEGER NOT NULL) WITHOUT ROWID;

-- A code somebody may use once. `code_key`: as it is compared. `customer_id` NULL: loaded, and waiting to be issued.
CREATE TABLE coupon (
  id INTEGER PRIMARY KEY,
  pool TEXT NOT NULL, code TEXT NOT NULL, code_key TEXT NOT NULL UNIQUE, customer_id INTEGER,
  benefit TEXT, journey_key TEXT, issue_key TEXT UNIQUE,
  created_at INTEGER NOT NULL, issued_at INTEGER, expires_at INTEGER, redeemed_at INTEGER, redeemed_ref TEXT
);
CREATE INDEX coupon_customer ON coupon (customer_id, pool);
CREATE INDEX coupon_free ON coupon (pool, id) WHERE customer_id IS NULL;
