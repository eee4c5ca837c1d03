-- A large catalogue may say of few products, or of none, what is left of them.
CREATE INDEX product_with_margin ON product (product_id) WHERE margin_e4 IS NOT NULL;
