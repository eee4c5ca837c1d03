import type { NoteInput } from '../ingest/taskRecords';
import { onSoundItems } from '../ingest/soundItems';
import type { CustomerView } from '../journeys/item';
import type { CustomerRow } from '../store/plans/customerPlans';
import { notePlans, type NoteRow } from '../store/plans/taskPlans';
import { write } from '../store/port';
import type { ItemAnswer } from './contract';
import { noteLateRows } from './merge/lateRows';
import { customerView } from './profile';
import { refusal } from './refusal';
import { contentKey } from './repeatKey';
import { lockResolved, resolveCustomers, viaOf } from './resolve';

export interface NoteView {
	key: string;
	/** UTC milliseconds */
	at: number;
	text: string;
	author: string | null;
	journey: string | null;
}

export type NoteAnswer = ItemAnswer<{ result: 'added' | 'unchanged'; note: NoteView; customer: CustomerView }>;

/** Writes notes about customers who are there. A note whose key is known stays as it was. */
export const addNotes = write(onSoundItems(async (tx, { items }: { items: NoteInput[] }): Promise<NoteAnswer[]> => {
	const found = await resolveCustomers(tx, items.map((item) => item.ref), { create: false });
	const { resolved, customers } = await lockResolved(tx, found);
	const now = await tx.now();
	const rows = items.map((item, index): Omit<NoteRow, 'seq'> | undefined => {
		const who = resolved[index];
		if (!who.found) return undefined;
		const at = item.at ?? now;
		return { note_key: item.key ?? contentKey('note', who.id, at, item.text, item.author ?? ''), customer_id: who.id, at, text: item.text, author: item.author ?? null, journey_key: item.journey ?? null };
	});
	const distinct = new Map<string, Omit<NoteRow, 'seq'>>();
	for (const row of rows) if (row && !distinct.has(row.note_key)) distinct.set(row.note_key, row);
	const fresh = new Set((await tx.each(notePlans.insert, [...distinct.values()])).map((row) => row.note_key));
	await noteLateRows(tx, 'note', rows.flatMap((row, index) => (row && fresh.has(row.note_key) ? [{ note_key: row.note_key, via: viaOf(resolved[index]) }] : [])));
	const stored = new Map((await tx.each(notePlans.byKeys, [...distinct.keys()].map((note_key) => ({ note_key })))).map((row) => [row.note_key, row]));
	return rows.map((row, index): NoteAnswer => {
		const who = resolved[index];
		if (!row || !who.found) return refusal(who.found ? 'unknown_customer' : who.why);
		const note = stored.get(row.note_key) as NoteRow;
		if (note.customer_id !== row.customer_id) return { ok: false, code: 'idempotency_conflict', message: 'This note key belongs to a note about another customer: give this note a key of its own.' };
		// Of several items with one key in one call the first is the note.
		const added = fresh.delete(row.note_key);
		return { ok: true, result: added ? 'added' : 'unchanged', note: noteView(note), customer: customerView(customers.get(row.customer_id) as CustomerRow) };
	});
}));

export function noteView(row: NoteRow): NoteView {
	return { key: row.note_key, at: row.at, text: row.text, author: row.author, journey: row.journey_key };
}
