-- As on PostgreSQL: only a held message has an instant.
DROP INDEX decision_held_enrolment;
CREATE INDEX decision_held_enrolment ON decision (enrolment) WHERE until_at IS NOT NULL AND enrolment IS NOT NULL;
