-- What is to be done to those who wait at a step before anybody leaves it, piece by piece (JSON): a pause that makes waits longer, a delay
-- that was changed for them too. And the settings that a node last registered with, to tell a change.
ALTER TABLE journey_step ADD COLUMN jobs TEXT;
ALTER TABLE step_node ADD COLUMN wait TEXT;
-- Since when nobody serves the step although its journey is on.
ALTER TABLE journey_step ADD COLUMN missing_since INTEGER;
