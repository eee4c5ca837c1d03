/** A customer as items and `--json` show it. `id` is the store's text key. */
export interface CustomerView {
	id: string;
	email: string | null;
	phone: string | null;
	firstName: string | null;
	lastName: string | null;
	timeZone: string | null;
	locale: string | null;
	stage: string | null;
	vip: boolean;
	attributes: Record<string, unknown>;
}

/** Where in which journey the customer is. `enrolment` is `<store id>-<number>`. */
export interface JourneyPlace {
	key: string;
	enrolment: string;
	step: string;
	visit: number;
	variant: string | null;
}

/** Parked context above this is refused (J53). */
export const CONTEXT_LIMIT_BYTES = 256 * 1024;
export const BATCH_LIMIT = 1000;
export const BATCH_LIMIT_BYTES = 4 * 1024 * 1024;
/** Step key of a journey's entry: Journey Trigger releases it. */
export const ENTRY_STEP = 'entry';
