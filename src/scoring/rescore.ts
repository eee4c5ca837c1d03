import type { OwnEvent } from '../ingest/tellEvents';
import type { CustomerRow } from '../store/plans/customerPlans';
import { leadPlans, type LeadRow } from '../store/plans/leadPlans';
import type { Tx } from '../store/port';
import { Lead, profileOf } from './lead';
import { factPoints, type Deed, type Level } from './points';
import { savedScores, type SavedScore } from './savedScores';

/** An event that was just stored. */
interface NewEvent {
	customerId: number;
	type: string;
	/** UTC milliseconds */
	at: number;
	properties: Record<string, unknown>;
}

/**
 * After events were stored, in their transaction, with their customers locked: what they are worth is added to each lead's score,
 * at once. @returns an event for every threshold crossed, for the caller to store; `index` is the place of the event that caused it
 */
export async function leadsHear(tx: Tx, events: readonly NewEvent[], customers: ReadonlyMap<number, CustomerRow>, now: number): Promise<OwnEvent[]> {
	if (events.length === 0) return [];
	const told: OwnEvent[] = [];
	for (const score of await savedScores(tx)) {
		const types = typesOf(score);
		const heard = events.map((event, place) => ({ place, event })).filter(({ event }) => types.has(event.type) && customers.get(event.customerId)?.erased_at === null);
		if (heard.length === 0) continue;
		const ids = [...new Set(heard.map(({ event }) => event.customerId))];
		const deeds = new Map(ids.map((id) => [id, heard.filter(({ event }) => event.customerId === id).map(({ event, place }) => ({ place, type: event.type, at: Math.min(event.at, now), properties: event.properties }))]));
		const rows = await rowsOf(tx, score, ids);
		const histories = await historiesOf(tx, score, ids.filter((id) => !isTold(rows.get(id), score)));
		const saved: LeadRow[] = [];
		for (const id of ids) {
			const row = rows.get(id);
			const facts = factsOf(score, customers.get(id) as CustomerRow);
			const coming = deeds.get(id) ?? [];
			const lead = isTold(row, score) ? Lead.told(score, row, now) : Lead.baseline(score, id, histories.get(id) ?? [], coming, facts, now, row?.crossings);
			for (const deed of coming) {
				lead.add(deed, facts);
				told.push(...lead.events(deed.place));
			}
			saved.push(lead.row(facts));
		}
		await tx.each(leadPlans.save, saved);
	}
	return told;
}

/**
 * After profiles changed, in that transaction: facts may have become true or false.
 * @param created those among them of whom nothing was known before
 * @returns as `leadsHear` does; `index` is the place in `ids`
 */
export async function leadsChanged(tx: Tx, ids: readonly number[], created: ReadonlySet<number>, customers: ReadonlyMap<number, CustomerRow>, now: number): Promise<OwnEvent[]> {
	if (ids.length === 0) return [];
	const told: OwnEvent[] = [];
	for (const score of await savedScores(tx)) {
		if (score.rules.facts.length === 0) continue;
		const rows = await rowsOf(tx, score, ids);
		const saved: LeadRow[] = [];
		ids.forEach((id, place) => {
			const row = rows.get(id);
			const known = isTold(row, score);
			// Whoever has no level yet gets a baseline from the loop that looks after the score.
			if (!known && !created.has(id)) return;
			const lead = known ? Lead.told(score, row, now) : Lead.stranger(score, id, now);
			const facts = factsOf(score, customers.get(id) as CustomerRow);
			lead.look(facts, now);
			told.push(...lead.events(place));
			saved.push(lead.row(facts));
		});
		await tx.each(leadPlans.save, saved);
	}
	return told;
}

/** Whether a score asks for the stage, which orders, time and what the shop taught change. */
export async function leadsAskForStage(tx: Tx): Promise<boolean> {
	return (await savedScores(tx)).some(({ rules }) => rules.facts.some(({ conditions }) => conditions.some(({ field }) => field === 'stage' || field === 'vip')));
}

/** History was filled in, or rows changed hands: levels are computed anew and tell nobody (journeys.md section 10). */
export async function leadsRewritten(tx: Tx, ids: Iterable<number>): Promise<void> {
	const distinct = [...new Set(ids)];
	if (distinct.length > 0) await tx.run(leadPlans.stale, { ids: distinct });
}

/** Rows of one customer went to another. @param gone no customers of their own any more @param back customers of their own again */
export async function leadsMoved(tx: Tx, ids: readonly number[], { gone = [], back }: { gone?: readonly number[]; back?: number }): Promise<void> {
	await tx.run(leadPlans.remove, { ids: [...gone] });
	await leadsRewritten(tx, ids);
	if (back !== undefined) await tx.run(leadPlans.refillFrom, { id: back });
}

function typesOf({ rules }: SavedScore): Set<string> {
	return new Set(rules.actions.map(({ eventType }) => eventType));
}

export function factsOf({ rules }: SavedScore, customer: CustomerRow): number {
	return factPoints(rules, profileOf(customer)).reduce((sum, points) => sum + points, 0);
}

/** Whether the row's level was told by the rules in force. */
export function isTold(row: LeadRow | undefined, { version }: SavedScore): row is LeadRow & { level: Level } {
	return row !== undefined && row.version === version && row.level !== null;
}

export async function rowsOf(tx: Tx, score: SavedScore, ids: readonly number[]): Promise<Map<number, LeadRow>> {
	return new Map((await tx.all(leadPlans.ofCustomers, { ids: [...ids] })).filter((row) => row.score === score.name).map((row) => [row.customer_id, row]));
}

/** All that a score's rules ask about, by customer. */
export async function historiesOf(tx: Tx, score: SavedScore, ids: readonly number[]): Promise<Map<number, Deed[]>> {
	const histories = new Map<number, Deed[]>();
	const types = [...typesOf(score)];
	if (ids.length === 0 || types.length === 0) return histories;
	for (const { customer_id, type, at, properties } of await tx.all(leadPlans.deeds, { ids: [...ids], types })) {
		const known = histories.get(customer_id);
		const deed = { type, at, properties: JSON.parse(properties) as Record<string, unknown> };
		if (known) known.push(deed);
		else histories.set(customer_id, [deed]);
	}
	return histories;
}
