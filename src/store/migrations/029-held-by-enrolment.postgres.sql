-- Only a held message has an instant. Under a condition of its own this is the one index for held messages by enrolment: by old
-- statistics the server took the one by customer for as cheap, and read through all that was held.
DROP INDEX decision_held_enrolment;
CREATE INDEX decision_held_enrolment ON decision (enrolment) WHERE until_at IS NOT NULL AND enrolment IS NOT NULL;
