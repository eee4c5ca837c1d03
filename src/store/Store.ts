import type { OperationInput, OperationName, OperationOutput } from '../operations';

/**
 * A customer store, whatever the database. Every operation runs in one transaction: it happened whole or not at all.
 * The list of operations, with their inputs and outputs, is src/operations.ts.
 */
export interface Store {
	readonly kind: 'sqlite' | 'postgres';
	/** Short id made with the store; enrolments carry it. */
	readonly storeId: string;
	/** What messages call this store, e.g. `embedded "default"`. */
	readonly label: string;
	/**
	 * @throws JourneyError with a sentence for a person; `store_unavailable` when the database cannot be reached
	 */
	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>>;
	close(): Promise<void>;
}
