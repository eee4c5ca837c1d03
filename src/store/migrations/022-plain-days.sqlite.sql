-- A date of a subscription that was given as a day, without a time: the instant beside it is its midnight where the customer lives.
ALTER TABLE subscription ADD COLUMN starts_on TEXT;
ALTER TABLE subscription ADD COLUMN expires_on TEXT;

-- Of a journey that starts those too whose moment came near before it was published, with the date still ahead: when that was.
ALTER TABLE date_watch ADD COLUMN inside_before INTEGER;
