-- What a customer pays for again and again. `field_times`: field -> event time of its value, as for customers.
CREATE TABLE subscription (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL, subscription_id TEXT NOT NULL,
  customer_id INTEGER NOT NULL, product_id TEXT, plan TEXT, status TEXT NOT NULL,
  starts_at INTEGER, expires_at INTEGER, price_e4 INTEGER, currency TEXT,
  attributes TEXT NOT NULL DEFAULT '{}', field_times TEXT NOT NULL DEFAULT '{}', updated_at INTEGER NOT NULL,
  UNIQUE (source, subscription_id)
);
CREATE INDEX subscription_customer ON subscription (customer_id);
