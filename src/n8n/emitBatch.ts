import type { IDataObject, IRun, ITriggerFunctions } from 'n8n-workflow';
import { messageOf, type Ending } from './flights';

/**
 * Starts an execution of the workflow at this node and waits for its end.
 * @param key n8n's deduplication key: it never starts two executions under the same one
 */
export async function emitBatch(context: ITriggerFunctions, items: IDataObject[], key: string): Promise<Ending> {
	const done = context.helpers.createDeferredPromise<IRun | undefined>();
	context.emit([items.map((json) => ({ json }))], undefined, done as Parameters<ITriggerFunctions['emit']>[2], key);
	return endingOf(await done.promise);
}

/**
 * An execution that n8n has put to sleep (its own Wait node further down) is n8n's to finish: offering the batch again would
 * run what it has done a second time.
 */
export function endingOf(run: IRun | undefined): Ending {
	if (run === undefined) return { outcome: 'unknown' };
	if (run.status === 'success' || run.status === 'waiting') return { outcome: 'success' };
	const { error, lastNodeExecuted } = run.data?.resultData ?? {};
	const what = error ? withoutAddresses(messageOf(error)) : `the execution ended as ${run.status}`;
	return { outcome: 'failed', error: lastNodeExecuted ? `${lastNodeExecuted}: ${what}` : what };
}

/** Mail servers repeat the address they refuse; a list of errors is no place for it. */
export function withoutAddresses(text: string): string {
	return text.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '…@…').replace(/\+?\d[\d ()-]{7,}\d/g, '…');
}
