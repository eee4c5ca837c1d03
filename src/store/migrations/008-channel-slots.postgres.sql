-- How fast a channel sends, where the policy limits it: messages sent at an instant (rank -1), and places booked ahead by held messages of a priority.
CREATE TABLE channel_slot (
  channel TEXT NOT NULL, at BIGINT NOT NULL, rank BIGINT NOT NULL, messages BIGINT NOT NULL,
  PRIMARY KEY (channel, at, rank)
);
