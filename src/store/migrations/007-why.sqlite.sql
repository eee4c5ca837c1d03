-- What a held message was told before it was judged again: one row for each answer that a later one replaced.
CREATE TABLE decision_history (
  seq INTEGER PRIMARY KEY,
  idem_key TEXT NOT NULL, customer_id INTEGER NOT NULL,
  decided_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX decision_history_customer ON decision_history (customer_id, ended_at);

-- Every policy that decisions were made under: `body` is the policy file, `own_rules` the rules of a node on top of it.
CREATE TABLE policy_used (
  version TEXT NOT NULL, content_hash TEXT NOT NULL, body TEXT NOT NULL, own_rules TEXT NOT NULL, first_used_at INTEGER NOT NULL,
  PRIMARY KEY (version, content_hash)
) WITHOUT ROWID;
