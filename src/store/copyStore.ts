import { JourneyError } from '../core/errors';
import { openStore, type StoreLocation } from './open';
import { PostgresStore } from './postgres/postgresStore';
import type { TakenOver } from './postgres/takeOver';
import { FileContent } from './sqlite/fileContent';

export interface CopiedStore {
	/** What messages call the two. */
	from: string;
	to: string;
	/** Kept by the copy. */
	storeId: string;
	tables: TakenOver[];
}

/**
 * Copies a store from its file to a new PostgreSQL store, whole or not at all: customers with their places in journeys, messages and
 * decisions, consents, policies, segments, figures. The file stays as it is; nobody can write to it meanwhile.
 * @param from a file that is there; brought up to date first, as whenever it is opened
 * @throws JourneyError `run_under_way` while n8n works with the file, `bad_input` where the other store is in use already,
 *   `store_unavailable`, `store_newer_schema`
 */
export async function copyStore(from: { kind: 'file'; file: string }, to: Extract<StoreLocation, { kind: 'postgres' }>): Promise<CopiedStore> {
	const source = await openStore(from, { thread: false });
	const { label, storeId } = source;
	try {
		const { running } = await source.run('journeys.running', {});
		if (running) throw new JourneyError('run_under_way', `n8n works with the store ${label} right now. Stop n8n, wait two minutes in case it did not stop in order, and copy again: whoever goes on in the old store meanwhile would be missing in the new one.`);
	} finally {
		await source.close();
	}
	const target = await PostgresStore.open(to);
	try {
		const content = FileContent.hold({ file: from.file, label });
		try {
			return { from: label, to: target.label, storeId, tables: await target.takeOver(content) };
		} finally {
			content.close();
		}
	} finally {
		await target.close();
	}
}
