import { COLUMN_KINDS, readSales } from '../features/columnKinds';
import { readDeeds } from '../features/deedColumns';
import { customerZone } from '../journeys/customerZone';
import { preferencePlans } from '../store/plans/preferencePlans';
import { segmentPlans } from '../store/plans/segmentPlans';
import { read, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { DAY_MS, DEEDS_DAYS, type PreferenceFacts } from './contract';
import { aboutOf, type AboutCustomers } from './aboutCustomers';
import { FactsOfColumns } from './factsOfColumns';

const NOTHING_ELSE: AboutCustomers = { zones: { names: [], places: new Uint16Array(0) }, sent: [] };
/** Products in one transaction: short enough that nobody else waits. */
const PRODUCTS = 5_000;

/**
 * What preferences are read from, out of the customers' rows, put into the same columns that a refresh reads.
 * @param ids of customers who are there @param asked.currency that amounts are counted in; null: purchases are not asked for @param asked.purchasesOnly neither what they did nor what was sent to them
 */
export async function factsOf(tx: Tx, ids: readonly number[], { at, currency, purchasesOnly }: { at: number; currency: string | null; purchasesOnly?: boolean }): Promise<PreferenceFacts[]> {
	const numbers = Float64Array.from(ids).sort();
	const whom = { ids: [...numbers] };
	const [orders, sales, deeds] = await Promise.all([
		currency === null ? undefined : COLUMN_KINDS.orders.read(tx, whom),
		currency === null ? undefined : readSales(tx, whom),
		purchasesOnly ? undefined : readDeeds(tx, whom, at - DEEDS_DAYS * DAY_MS),
	]);
	const facts = new FactsOfColumns(numbers, { orders, sales, deeds }, { at, currency, categories: await categoriesOf(tx, sales?.texts ?? []) });
	const { active } = facts.active();
	const known = purchasesOnly ? NOTHING_ELSE : await about(tx, { active, sentTo: whom.ids, at });
	return [...facts.all(aboutOf(active, known))];
}

/** The same of all customers of a range of numbers, page by page in their order. @param input.after number of the last customer of the page before @param input.last of the range */
export const preferenceFacts = read(async (tx, { after, last, limit, ...asked }: { after: number; last: number; limit: number; at: number; currency: string | null }): Promise<{ facts: PreferenceFacts[]; next: number | null }> => {
	const ids = (await tx.all(segmentPlans.idsAfter, { after, limit })).map(({ id }) => id);
	const own = ids.filter((id) => id <= last);
	return { facts: await factsOf(tx, own, asked), next: own.length < limit ? null : own[own.length - 1] };
});

/** By product; of products without a category nothing. */
export function categoriesBy(rows: readonly { product_id: string; category: string | null }[]): Map<string, string> {
	return new Map(rows.flatMap(({ product_id, category }) => (category?.trim() ? [[product_id, category]] : [])));
}

/** What products there are, with their categories, page by page in the order of their ids. */
export const productCategories = read(async (tx, { after }: { after: string }): Promise<{ rows: { product_id: string; category: string | null }[]; next: string | null }> => {
	const rows = await tx.all(preferencePlans.categories, { after, limit: PRODUCTS });
	return { rows, next: rows.length < PRODUCTS ? null : rows[rows.length - 1].product_id };
});

async function categoriesOf(tx: Tx, products: readonly string[]): Promise<Map<string, string>> {
	return categoriesBy(products.length === 0 ? [] : await tx.all(preferencePlans.categoriesOf, { keys: [...products] }));
}

/** @param input.active customers whose zones are asked for @param input.sentTo customers whose messages are counted @param input.at UTC milliseconds; nothing later is counted */
export const aboutCustomers = read(async (tx, input: { active: number[]; sentTo: number[]; at: number }): Promise<AboutCustomers> => await about(tx, input));

async function about(tx: Tx, { active, sentTo, at }: { active: number[]; sentTo: number[]; at: number }): Promise<AboutCustomers> {
	const sent = sentTo.length === 0 ? [] : await tx.all(preferencePlans.sent, { ids: sentTo, since: at - DEEDS_DAYS * DAY_MS, until: at });
	const shop = (await readMeta(tx, 'zone')) ?? 'UTC';
	const lives = new Map(active.length === 0 ? [] : (await tx.all(preferencePlans.whereabouts, { ids: active })).map((row) => [row.id, customerZone(row, shop)]));
	const names = [...new Set([shop, ...lives.values()])];
	const placeOf = new Map(names.map((name, place) => [name, place]));
	return { zones: { names, places: Uint16Array.from(active, (id) => placeOf.get(lives.get(id) ?? shop) as number) }, sent };
}
