-- What conditions of segments ask of orders, lines, events, consents and identities stands in their indexes, so that a thousand customers are
-- answered without reading their rows, each from a page of its own.
DROP INDEX orders_customer;
CREATE INDEX orders_customer ON orders (customer_id, ordered_at) INCLUDE (id, kind, status, currency, total_e4, refunded_e4);
ALTER TABLE order_line DROP CONSTRAINT order_line_pkey, ADD CONSTRAINT order_line_pkey PRIMARY KEY (order_ref, product_id, quantity, price_e4) INCLUDE (times, amount_e4, gift);
ALTER TABLE identity DROP CONSTRAINT identity_pkey, ADD CONSTRAINT identity_pkey PRIMARY KEY (type, value) INCLUDE (customer_id, origin_id);
ALTER TABLE consent DROP CONSTRAINT consent_customer_id_channel_purpose_at_status_key, ADD CONSTRAINT consent_customer_id_channel_purpose_at_status_key UNIQUE (customer_id, channel, purpose, at, status) INCLUDE (expires_at);
DROP INDEX event_customer;
CREATE INDEX event_customer ON event (customer_id, occurred_at) INCLUDE (type);
