import { systemClock, type Clock } from '../../core/clock';
import { operations, type OperationInput, type OperationName, type OperationOutput } from '../../operations';
import type { Operation } from '../port';
import type { Store } from '../Store';
import { SqliteExecutor } from './executor';
import type { SqliteOptions } from './openDatabase';

/** The same store without a thread: for the command line's own process, replay and tests, where nobody else needs the event loop. */
export class SqliteInlineStore implements Store {
	readonly kind = 'sqlite';

	private constructor(
		private readonly executor: SqliteExecutor,
		readonly label: string,
	) {}

	static async open(options: SqliteOptions, clock: Clock = systemClock): Promise<SqliteInlineStore> {
		return new SqliteInlineStore(await SqliteExecutor.open(options, clock), options.label);
	}

	get storeId(): string {
		return this.executor.storeId;
	}

	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> {
		return this.executor.run(operations[name] as unknown as Operation<OperationInput<K>, OperationOutput<K>>, input);
	}

	close(): Promise<void> {
		return this.executor.close();
	}
}
