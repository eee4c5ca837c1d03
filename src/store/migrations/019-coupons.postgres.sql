-- Codes of a pool are counted here, under a lock of their own.
CREATE TABLE coupon_pool (name TEXT PRIMARY KEY, issued BIGINT NOT NULL);

-- A code somebody may use once. `code_key`: as it is compared. `customer_id` NULL: loaded, and waiting to be issued.
CREATE TABLE coupon (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pool TEXT NOT NULL, code TEXT NOT NULL, code_key TEXT NOT NULL UNIQUE, customer_id BIGINT,
  benefit TEXT, journey_key TEXT, issue_key TEXT UNIQUE,
  created_at BIGINT NOT NULL, issued_at BIGINT, expires_at BIGINT, redeemed_at BIGINT, redeemed_ref TEXT
);
CREATE INDEX coupon_customer ON coupon (customer_id, pool);
CREATE INDEX coupon_free ON coupon (pool, id) WHERE customer_id IS NULL;
