/** Enrolments that exist only so that a mailing's held message can wait belong to a journey of this name. */
export const MAILING_PREFIX = 'mailing/';
