-- Orders of nobody known, which what is bought together also rests on.
CREATE INDEX orders_anonymous ON orders (id) WHERE customer_id IS NULL;
