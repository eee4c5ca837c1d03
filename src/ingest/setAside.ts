import { identitiesOf, type Identity } from '../customers/identity';
import type { ItemAnswer, TrackedEvent } from '../customers/contract';
import { setAsidePlans, type SetAsideRow } from '../store/plans/ingestPlans';
import { read, write, type Tx } from '../store/port';
import type { EventInput } from './records';
import { trackEvents } from './track';

/** An event that is dated more than 5 minutes ahead of its arrival, and waits for a person (journeys.md section 5, J23). */
export interface SetAsideEvent {
	number: number;
	type: string;
	source: string;
	/** as it says, UTC milliseconds */
	occurredAt: number;
	receivedAt: number;
	/** who it is about, by the names it came with */
	customer: string;
}

const PAGE = 1000;

/** @param input `after`: the last number of the page before */
export const listSetAside = read(async (tx, { after = 0, limit = PAGE }: { after?: number; limit?: number }): Promise<{ total: number; events: SetAsideEvent[] }> => {
	const rows = await tx.all(setAsidePlans.list, { after, limit: Math.min(limit, PAGE) });
	return {
		total: (await tx.first(setAsidePlans.count, {}))?.events ?? 0,
		events: rows.map((row) => ({ number: row.id, type: row.type, source: row.source, occurredAt: row.occurred_at, receivedAt: row.received_at, customer: identitiesOf((JSON.parse(row.item) as EventInput).ref).map(({ value }) => value).join(', ') })),
	};
});

/**
 * Lets events in that were set aside. One that is still dated ahead counts as happening now: a person has looked at it.
 * Numbers that are not there (any more) are left out.
 */
export const letIn = write(async (tx, { numbers }: { numbers: number[] }): Promise<{ number: number; answer: ItemAnswer<TrackedEvent> }[]> => {
	const rows = (await tx.all(setAsidePlans.take, { ids: numbers })).sort((a, b) => a.id - b.id);
	const now = await tx.glance();
	const items = rows.map((row): EventInput => {
		const item = JSON.parse(row.item) as EventInput;
		return { ...item, eventId: row.event_id, occurredAt: Math.min(item.occurredAt, now) };
	});
	const answers = await trackEvents.run(tx, { items });
	return rows.map((row, place) => ({ number: row.id, answer: answers[place] }));
});

/** Throws events away that were set aside. */
export const discardSetAside = write(async (tx, { numbers }: { numbers: number[] }): Promise<{ discarded: number }> => ({ discarded: (await tx.all(setAsidePlans.take, { ids: numbers })).length }));

/** Nothing of an erased person waits for somebody to let it in. @returns how many were thrown away */
export async function forgetSetAside(tx: Tx, identities: readonly Identity[]): Promise<number> {
	const theirs = await setAsideOf(tx, identities);
	return theirs.length === 0 ? 0 : (await tx.all(setAsidePlans.take, { ids: theirs.map(({ id }) => id) })).length;
}

/** Events of these identities that wait for somebody to let them in; there are few of all people's. */
export async function setAsideOf(tx: Tx, identities: readonly Identity[]): Promise<SetAsideRow[]> {
	const names = new Set(identities.map(({ type, value }) => `${type}\u0000${value}`));
	const found: SetAsideRow[] = [];
	for (let after = 0; ; ) {
		const rows = await tx.all(setAsidePlans.list, { after, limit: PAGE });
		found.push(...rows.filter((row) => identitiesOf((JSON.parse(row.item) as EventInput).ref).some(({ type, value }) => names.has(`${type}\u0000${value}`))));
		if (rows.length < PAGE) return found;
		after = rows[rows.length - 1].id;
	}
}
