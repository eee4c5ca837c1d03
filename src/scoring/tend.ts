import { loadCustomers, lockRows } from '../customers/locking';
import { storeOwnEvents, type OwnEvent } from '../ingest/ownEvents';
import { leadPlans, type LeadRow } from '../store/plans/leadPlans';
import { write, type Tx } from '../store/port';
import { Lead } from './lead';
import { factsOf, historiesOf, isTold, rowsOf } from './rescore';
import { savedScores, type SavedScore } from './savedScores';

const PAGE = 500;

export interface TendedLeads {
	/** Thresholds crossed by time alone. */
	crossed: number;
	/** There is more to do at once. */
	more: boolean;
	/** When time alone may change a level next, UTC milliseconds. */
	nextDueAt: number | null;
	/** UTC milliseconds */
	now: number;
}

/**
 * What time alone does to scores, a page at a time: points that faded take leads over thresholds, once, whoever else looks. Customers
 * whom no version of the score has seen yet get their baseline, which tells nobody (journeys.md section 10).
 */
export const tendLeads = write(async (tx, { limit = PAGE }: { limit?: number }): Promise<TendedLeads> => {
	const scores = await savedScores(tx);
	if (scores.length === 0) return { crossed: 0, more: false, nextDueAt: null, now: await tx.now() };
	const filling = await fill(tx, scores, limit);
	const due = [...new Set((await tx.all(leadPlans.due, { now: await tx.glance(), limit })).map(({ customer_id }) => customer_id))];
	const crossed = await look(tx, scores, due);
	const now = await tx.now();
	return { crossed, more: filling || due.length >= limit, nextDueAt: (await tx.first(leadPlans.nextCheck, { after: now }))?.at ?? null, now };
});

async function look(tx: Tx, scores: readonly SavedScore[], ids: readonly number[]): Promise<number> {
	const customers = await lockedAsTheyAre(tx, ids);
	const now = await tx.now();
	const events: OwnEvent[] = [];
	// Of somebody who is gone, or of a score that is: nothing is left to look at.
	const rows = (await tx.all(leadPlans.ofCustomers, { ids: [...ids] })).filter(({ check_at }) => check_at !== null && check_at <= now);
	const standing = ids.filter((id) => customers.get(id)?.erased_at === null);
	await tx.run(leadPlans.remove, { ids: ids.filter((id) => !standing.includes(id)) });
	for (const score of scores) {
		const dueRows = new Map(rows.filter((row) => row.score === score.name && standing.includes(row.customer_id)).map((row) => [row.customer_id, row]));
		const histories = await historiesOf(tx, score, [...dueRows.values()].filter((row) => !isTold(row, score)).map((row) => row.customer_id));
		const saved: LeadRow[] = [];
		for (const [id, row] of dueRows) {
			const facts = factsOf(score, customers.get(id) as NonNullable<ReturnType<typeof customers.get>>);
			const lead = isTold(row, score) ? Lead.told(score, row, now) : Lead.baseline(score, id, histories.get(id) ?? [], [], facts, now, row.crossings);
			if (isTold(row, score)) lead.look(facts, row.check_at ?? now);
			events.push(...lead.events(events.length));
			saved.push(lead.row(facts));
		}
		await tx.each(leadPlans.save, saved);
	}
	if (events.length > 0) await storeOwnEvents(tx, events, customers, now, false);
	return events.length;
}

/** @returns whether somebody may be left */
async function fill(tx: Tx, scores: readonly SavedScore[], limit: number): Promise<boolean> {
	for (const score of scores) {
		const { filled_to: after } = (await tx.first(leadPlans.score, { name: score.name })) ?? { filled_to: 0 };
		const ids = (await tx.all(leadPlans.customersAfter, { after, limit })).map(({ id }) => id);
		if (ids.length === 0) continue;
		const customers = await lockedAsTheyAre(tx, ids);
		const now = await tx.now();
		const rows = await rowsOf(tx, score, ids);
		const missing = ids.filter((id) => customers.get(id)?.erased_at === null && !isTold(rows.get(id), score));
		const histories = await historiesOf(tx, score, missing);
		await tx.each(
			leadPlans.save,
			missing.map((id) => {
				const facts = factsOf(score, customers.get(id) as NonNullable<ReturnType<typeof customers.get>>);
				return Lead.baseline(score, id, histories.get(id) ?? [], [], facts, now, rows.get(id)?.crossings).row(facts);
			}),
		);
		await tx.run(leadPlans.setFilled, { name: score.name, version: score.version, filled_to: ids[ids.length - 1] });
		return true;
	}
	return false;
}

/** Those who were merged into others are among them: they are gone, and nobody's way must begin anew for it. */
async function lockedAsTheyAre(tx: Tx, ids: readonly number[]) {
	await lockRows(tx, ids);
	return await loadCustomers(tx, ids);
}
