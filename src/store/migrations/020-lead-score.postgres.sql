-- How leads are scored, by name. Customers up to `filled_to` have their first level by this version: a baseline that tells nobody.
CREATE TABLE lead_score (
  name TEXT PRIMARY KEY,
  version BIGINT NOT NULL, body TEXT NOT NULL, saved_at BIGINT NOT NULL, saved_by TEXT, filled_to BIGINT NOT NULL
);

-- What a customer has earned of a score at `as_of`, and the level that was told. `level` NULL: it must be computed anew and tells nobody.
-- `check_at`: the next instant at which time alone may change the level. `crossings`: thresholds crossed so far.
CREATE TABLE lead (
  customer_id BIGINT NOT NULL, score TEXT NOT NULL,
  version BIGINT NOT NULL, as_of BIGINT NOT NULL, earned TEXT NOT NULL, points DOUBLE PRECISION NOT NULL,
  level TEXT, level_since BIGINT, crossings BIGINT NOT NULL, check_at BIGINT,
  PRIMARY KEY (customer_id, score)
);
CREATE INDEX lead_check ON lead (check_at) WHERE check_at IS NOT NULL;
