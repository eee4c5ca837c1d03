-- What a customer pays for again and again. `field_times`: field -> event time of its value, as for customers.
CREATE TABLE subscription (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source TEXT NOT NULL, subscription_id TEXT NOT NULL,
  customer_id BIGINT NOT NULL, product_id TEXT, plan TEXT, status TEXT NOT NULL,
  starts_at BIGINT, expires_at BIGINT, price_e4 BIGINT, currency TEXT,
  attributes TEXT NOT NULL DEFAULT '{}', field_times TEXT NOT NULL DEFAULT '{}', updated_at BIGINT NOT NULL,
  UNIQUE (source, subscription_id)
);
CREATE INDEX subscription_customer ON subscription (customer_id);
