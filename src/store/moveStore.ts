import { JourneyError } from '../core/errors';
import { openStore, type StoreLocation } from './open';
import { PostgresStore } from './postgres/postgresStore';
import type { TakenOver } from './postgres/takeOver';
import { FileContent } from './sqlite/fileContent';

export interface MovedStore {
	/** What messages call the two. */
	from: string;
	to: string;
	/** Taken along. */
	storeId: string;
	tables: TakenOver[];
}

/**
 * Moves a store from its file to a new PostgreSQL store, whole or not at all: customers with their places in journeys, messages and
 * decisions, consents, policies, segments, figures. Nobody can write to the file meanwhile, and nobody opens it as a store afterwards.
 * @param from a file that is there; brought up to date first, as whenever it is opened
 * @throws JourneyError `run_under_way` while n8n works with the file, `bad_input` where the other store is in use already,
 *   `store_unavailable`, `store_newer_schema`
 */
export async function moveStore(from: { kind: 'file'; file: string }, to: Extract<StoreLocation, { kind: 'postgres' }>): Promise<MovedStore> {
	const source = await openStore(from, { thread: false });
	const { label, storeId } = source;
	try {
		const { running } = await source.run('journeys.running', {});
		if (running) throw new JourneyError('run_under_way', `n8n works with the store ${label} right now. Stop n8n, wait two minutes in case it did not stop in order, and move it then: nobody may go on in the old store meanwhile.`);
	} finally {
		await source.close();
	}
	const target = await PostgresStore.open(to);
	try {
		if (target.storeId === storeId) throw new JourneyError('bad_input', `${target.label} holds this very store already: a move was cut off in its last moment. If nobody has worked with the file ${label} since, put the file away and use the new store; otherwise empty the new one and move again. Nothing was changed.`);
		const content = FileContent.hold({ file: from.file, label });
		try {
			const tables = await target.takeOver(content);
			closeFor(content, label, target.label);
			return { from: label, to: target.label, storeId, tables };
		} finally {
			content.close();
		}
	} finally {
		await target.close();
	}
}

/** Nodes that still name the file are told where the store is, instead of writing to the same people from there. */
function closeFor(content: FileContent, label: string, target: string): void {
	try {
		content.markMoved(target);
	} catch {
		throw new JourneyError('store_unavailable', `Everything is in ${target} now, but the file of ${label} could not be marked as moved. Put the file away before you start n8n.`);
	}
}
