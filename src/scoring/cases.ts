import { loadCustomers } from '../customers/locking';
import { leadPlans } from '../store/plans/leadPlans';
import { read } from '../store/port';
import type { LeadCase } from './calibrate';
import { profileOf } from './lead';
import { actionsOf, earn, factPoints, left, levelOf, nothingEarned, scoreAt, type Level } from './points';
import { historiesOf } from './rescore';
import { DEFAULT_SCORE } from './rules';
import { scoreInForce } from './savedScores';

const PAGE = 500;

export interface LeadsPage {
	/** Today's levels of those on the page. */
	levels: Record<Level, number>;
	/** Leads of the past: at each instant, who was known and had not ordered yet. */
	cases: LeadCase[];
	/** Number of the last customer looked at; null: there is nobody after. */
	next: number | null;
}

/**
 * The next customers in the order of their numbers: how they stand today, and how they stood at instants of the past, with what
 * became of them. Facts are today's: of profiles no history is kept.
 * @param input.cuts UTC milliseconds, ascending @param input.horizonMs within which a lead becomes a customer
 * @throws JourneyError `bad_input` when there is no such score
 */
export const leadsPage = read(async (tx, { score: name = DEFAULT_SCORE, after, cuts, horizonMs }: { score?: string; after: number; cuts: number[]; horizonMs: number }): Promise<LeadsPage> => {
	const score = await scoreInForce(tx, name);
	const { rules } = score;
	const ids = (await tx.all(leadPlans.customersAfter, { after, limit: PAGE })).map(({ id }) => id);
	const customers = [...(await loadCustomers(tx, ids)).values()].filter((row) => row.erased_at === null);
	const histories = await historiesOf(tx, score, customers.map(({ id }) => id));
	const firstOrders = new Map((await tx.all(leadPlans.firstOrders, { ids: customers.map(({ id }) => id) })).map(({ customer_id, at }) => [customer_id, at]));
	const now = await tx.now();
	const page: LeadsPage = { levels: { cold: 0, warm: 0, hot: 0 }, cases: [], next: ids.length < PAGE ? null : ids[ids.length - 1] };
	for (const customer of customers) {
		const deeds = histories.get(customer.id) ?? [];
		const facts = factPoints(rules, profileOf(customer));
		page.levels[levelOf(rules, scoreAt(rules, earn(rules, nothingEarned(rules, now), deeds), facts.reduce((sum, one) => sum + one, 0), now))]++;
		const ordered = firstOrders.get(customer.id) ?? Number.POSITIVE_INFINITY;
		const known = deeds.reduce((first, { at }) => Math.min(first, at), customer.created_at);
		for (const cut of cuts) {
			if (known > cut || ordered <= cut) continue;
			const many = rules.actions.map(() => 0);
			for (const deed of deeds) if (deed.at <= cut) for (const place of actionsOf(rules, deed)) many[place] += left(rules.actions[place], cut - deed.at);
			// An action whose limit is reached counts as often as the limit allows.
			const actions = many.map((count, place) => { const { most, points } = rules.actions[place]; return most === null || points === 0 ? count : Math.min(count, most / Math.abs(points)); });
			page.cases.push({ actions, facts: facts.map((points, place) => Number(points !== 0 && rules.facts[place].points !== 0)), converted: ordered <= cut + horizonMs, latest: cut === cuts[cuts.length - 1] && cuts.length > 1 });
		}
	}
	return page;
});

