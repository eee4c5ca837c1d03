/**
 * A problem that the person at the canvas or the command line can solve. The message is one clear sentence:
 * what was wrong, where, and what to do. It never holds secrets or personal data that the person did not put there.
 */
export class JourneyError extends Error {
	override readonly name = 'JourneyError';

	/**
	 * @param code stable, for tests and for `--json` output
	 * @param message one sentence for a person
	 * @param details where it happened: field, line, item index, both store names ...
	 */
	constructor(
		readonly code: JourneyErrorCode,
		message: string,
		readonly details: Readonly<Record<string, unknown>> = {},
	) {
		super(message);
	}
}

export type JourneyErrorCode =
	| 'bad_input'
	| 'unknown_customer'
	| 'customer_erased'
	| 'identity_conflict'
	| 'idempotency_conflict'
	| 'context_too_large'
	| 'unknown_order'
	| 'unknown_subscription'
	| 'unknown_task'
	| 'task_taken'
	| 'task_done'
	| 'unknown_coupon'
	| 'coupon_limit'
	| 'coupon_pool_empty'
	| 'coupon_used'
	| 'coupon_expired'
	| 'coupon_of_another'
	| 'unknown_journey'
	| 'journey_on'
	| 'unknown_segment'
	| 'run_under_way'
	| 'wrong_store'
	| 'duplicate_step_key'
	| 'store_unavailable'
	| 'store_read_only'
	| 'store_newer_schema'
	| 'not_a_test_clock'
	| 'too_many_itemsets'
	| 'bad_policy'
	| 'bad_signature'
	| 'bad_file'
	| 'node_version'
	| 'missing_engine';

/** The same error on the far side of a worker thread: class instances do not survive a structured clone. */
export interface PlainError {
	name: string;
	message: string;
	code?: string;
	details?: Readonly<Record<string, unknown>>;
	stack?: string;
}

export function toPlainError(error: unknown): PlainError {
	if (error instanceof JourneyError) {
		return { name: error.name, message: error.message, code: error.code, details: error.details, stack: error.stack };
	}
	if (error instanceof Error) {
		const code = (error as Error & { code?: unknown }).code;
		return { name: error.name, message: error.message, code: typeof code === 'string' ? code : undefined, stack: error.stack };
	}
	return { name: 'Error', message: String(error) };
}

export function fromPlainError(plain: PlainError): Error {
	if (plain.name === 'JourneyError') {
		return new JourneyError(plain.code as JourneyErrorCode, plain.message, plain.details);
	}
	const error = new Error(plain.message) as Error & { code?: string };
	error.name = plain.name;
	error.code = plain.code;
	error.stack = plain.stack;
	return error;
}
