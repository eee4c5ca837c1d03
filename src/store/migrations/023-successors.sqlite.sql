-- Since when a product can be had in place of another: a successor is news from then on. NULL: it was there before anybody asked.
ALTER TABLE product ADD COLUMN successor_since INTEGER;
