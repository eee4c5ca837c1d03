-- How fast a channel sends, where the policy limits it: messages sent at an instant (rank -1), and places booked ahead by held messages of a priority.
CREATE TABLE channel_slot (
  channel TEXT NOT NULL, at INTEGER NOT NULL, rank INTEGER NOT NULL, messages INTEGER NOT NULL,
  PRIMARY KEY (channel, at, rank)
) WITHOUT ROWID;
