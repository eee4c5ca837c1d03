import type { WaitingRow } from '../journeys/contract';

/** Who waits where, a line a step, for a test run. */
export function waitingInWords(rows: readonly WaitingRow[]): string[] {
	if (rows.length === 0) return ['Nobody is waiting on this journey.'];
	return rows.map((row) => {
		const where = row.nodeName ?? (row.kind === 'entry' ? 'the entry' : `the removed step ${row.step}`);
		const next = row.nextDueAt === null ? '' : `, the next one until ${new Date(row.nextDueAt).toISOString()}`;
		const held = row.held ? ` (held: ${row.held})` : '';
		const dead = row.deadLetters > 0 ? `; ${row.deadLetters} set aside because the step failed for them` : '';
		return `${row.waiting} ${row.waiting === 1 ? 'customer waits' : 'customers wait'} at ${where}${next}${held}${dead}`;
	});
}
