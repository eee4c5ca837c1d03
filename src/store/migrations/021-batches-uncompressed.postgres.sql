-- Packing and unpacking the customers of a batch three times costs more than writing a few more bytes for two minutes.
ALTER TABLE release_batch ALTER COLUMN items SET STORAGE EXTERNAL;
-- Those who came together leave together: room for a second version of every row of a page.
ALTER TABLE enrolment_history SET (fillfactor = 48);
ALTER TABLE enrolment SET (fillfactor = 50);
