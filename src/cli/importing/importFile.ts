import { readImport, type ImportBatch, type ImportRecords } from '../../ingest/import/readImport';
import type { ImportKind, ImportOptions, ImportRow } from '../../ingest/import/options';
import { RejectsFile } from '../../ingest/import/rejects';
import type { Progress } from '../progressBar';
import type { BatchAnswer, Destination, Refunds } from './storeBatches';

export interface ImportPlan<K extends ImportKind> {
	kind: K;
	file: string;
	options: ImportOptions;
	destination: Destination<K>;
	progress: Progress;
	/** Asked before every batch: true once the person pressed Ctrl-C. */
	interrupted(): boolean;
}

/** `read` = `accepted` + `duplicates` + `rejected`. */
export interface ImportSummary {
	read: number;
	accepted: number;
	duplicates: number;
	rejected: number;
	/** false: interrupted; running the import again goes on */
	complete: boolean;
	/** the rejected rows were written there */
	rejectsFile?: string;
	/** orders only */
	refunds?: Refunds;
}

/** A failure in the middle, with what was safely in before it. */
export class ImportStopped extends Error {
	override readonly name = 'ImportStopped';

	constructor(
		readonly reason: unknown,
		readonly summary: ImportSummary,
	) {
		super('The import stopped in the middle');
	}
}

/**
 * This thread reads the next batches while the store writes: enough that neither waits for the other, few enough that
 * memory stays flat.
 */
const MOST_IN_FLIGHT = 3;

interface UnderWay<T> {
	batch: ImportBatch<T>;
	answer: Promise<BatchAnswer>;
}

/**
 * Streams a file into a store. Rows that cannot be taken go to the rejects file, in the order of the file.
 * @throws ImportStopped when a file or store fails after the first batch went in; else what failed
 */
export async function importFile<K extends ImportKind>(plan: ImportPlan<K>): Promise<ImportSummary> {
	const summary: ImportSummary = { read: 0, accepted: 0, duplicates: 0, rejected: 0, complete: true };
	const rejects = new RejectsFile(plan.file);
	const underWay: UnderWay<ImportRecords[K]>[] = [];
	const settleOldest = async () => {
		const oldest = underWay[0];
		if (!oldest) return;
		const answer = await oldest.answer;
		underWay.shift();
		await settle(oldest.batch, answer, summary, rejects);
		plan.progress.lines(summary.read);
	};
	const options = { ...plan.options, onProgress: (read: number, total: number) => plan.progress.bytes(read, total) };
	try {
		for await (const batch of readImport(plan.kind, plan.file, options)) {
			if (plan.interrupted()) {
				summary.complete = false;
				break;
			}
			if (underWay.length >= MOST_IN_FLIGHT) await settleOldest();
			underWay.push({ batch, answer: take(batch, plan.destination) });
		}
		while (underWay.length > 0) await settleOldest();
		// The rows that are still to come may hold the purchases that refunds belong to.
		if (summary.complete) summary.refunds = await plan.destination.finish();
		summary.rejectsFile = await rejects.finish();
		return summary;
	} catch (error) {
		await Promise.allSettled(underWay.map(({ answer }) => answer));
		await rejects.discard();
		if (summary.read === 0) throw error;
		throw new ImportStopped(error, { ...summary, complete: false });
	} finally {
		plan.progress.stop();
	}
}

function take<K extends ImportKind>(batch: ImportBatch<ImportRecords[K]>, destination: Destination<K>): Promise<BatchAnswer> {
	const records = batch.rows.flatMap((row) => ('record' in row ? [row.record] : []));
	const answer = records.length === 0 ? Promise.resolve({ accepted: 0, duplicates: 0, rejected: [] }) : destination.take(records);
	// Looked at when its turn comes; until then a failure must not count as one that nobody handles.
	answer.catch(() => undefined);
	return answer;
}

async function settle<T>({ header, rows }: ImportBatch<T>, answer: BatchAnswer, summary: ImportSummary, rejects: RejectsFile): Promise<void> {
	summary.read += rows.length;
	summary.accepted += answer.accepted;
	summary.duplicates += answer.duplicates;
	for (const rejected of rejectedRows(rows, answer)) {
		summary.rejected++;
		await rejects.add(header, rejected);
	}
}

/** The rows the reader refused and those the store refused, in the order of the file. */
function rejectedRows<T>(rows: readonly ImportRow<T>[], answer: BatchAnswer): { lineNumber: number; raw: readonly string[]; reason: string }[] {
	if (answer.rejected.length === 0) return rows.filter((row) => 'reason' in row);
	const reasons = new Map(answer.rejected.map(({ index, reason }) => [index, reason]));
	let index = 0;
	return rows.flatMap((row) => {
		if ('reason' in row) return [row];
		const reason = reasons.get(index++);
		return reason === undefined ? [] : [{ lineNumber: row.lineNumber, raw: row.raw, reason }];
	});
}
