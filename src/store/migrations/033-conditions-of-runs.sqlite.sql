-- A run goes by the conditions that it began with, those of the segments that it refers to among them.
ALTER TABLE segment_run ADD COLUMN saved TEXT;
