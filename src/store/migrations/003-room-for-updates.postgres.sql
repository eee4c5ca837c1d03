-- A customer on the way is written several times. With room on its page a new version needs no new entry in the indexes.
ALTER TABLE enrolment SET (fillfactor = 60);
ALTER TABLE enrolment_history SET (fillfactor = 70);
