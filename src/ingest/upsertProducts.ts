import type { ItemAnswer, UpsertProducts, UpsertResult } from '../customers/contract';
import { productPlans, type ProductRow } from '../store/plans/ingestPlans';
import { datePlans } from '../store/plans/datePlans';
import { inOneOrder } from '../store/inOneOrder';
import { write, type Tx } from '../store/port';
import type { ProductInput } from './records';
import { onSoundItems } from './soundItems';

/** Creates or updates products of the catalogue; fields that are not given keep their value. */
export const upsertProducts = write(onSoundItems(upsert));

async function upsert(tx: Tx, { items }: UpsertProducts): Promise<ItemAnswer<{ result: UpsertResult; productId: string }>[]> {
	const now = await tx.now();
	const ids = [...new Set(items.map((item) => item.productId))];
	const rows = new Map((await tx.each(productPlans.byIds, ids.map((product_id) => ({ product_id })))).map((row) => [row.product_id, row]));
	const changed = new Map<string, ProductRow>();
	let renewed = false;
	const answers = items.map((item) => {
		const before = rows.get(item.productId);
		const after = merged(before, item, now);
		const same = before !== undefined && (Object.keys(after) as (keyof ProductRow)[]).every((field) => field === 'updated_at' || after[field] === before[field]);
		if (!same) {
			rows.set(item.productId, after);
			changed.set(item.productId, { ...merged(changed.get(item.productId), item, now), successor_since: after.successor_since });
			renewed ||= tellsOfRenewal(before, after);
		}
		return { ok: true as const, result: before === undefined ? ('created' as const) : same ? ('unchanged' as const) : ('updated' as const), productId: item.productId };
	});
	await tx.each(productPlans.save, inOneOrder([...changed.values()], ({ product_id }) => product_id));
	if (renewed) await tx.run(datePlans.refillAll, { subject: 'owned' });
	return answers;
}

function merged(before: ProductRow | undefined, item: ProductInput, now: number): ProductRow {
	return {
		product_id: item.productId,
		name: item.name ?? before?.name ?? null,
		category: item.category ?? before?.category ?? null,
		price_e4: item.priceE4 ?? before?.price_e4 ?? null,
		currency: item.currency ?? before?.currency ?? null,
		family: item.family ?? before?.family ?? null,
		tier: item.tier ?? before?.tier ?? null,
		successor_of: item.successorOf ?? before?.successor_of ?? null,
		lifetime_days: item.lifetimeDays ?? before?.lifetime_days ?? null,
		in_stock: item.inStock === undefined ? (before?.in_stock ?? null) : Number(item.inStock),
		margin_e4: item.marginE4 ?? before?.margin_e4 ?? null,
		successor_since: successorSince(before, item, now),
		updated_at: now,
	};
}

/** From when on it can be had in place of the other; one that is announced before it is in stock is out when it is. */
function successorSince(before: ProductRow | undefined, { successorOf, inStock }: ProductInput, now: number): number | null {
	const of = successorOf ?? before?.successor_of ?? null;
	const known = of === before?.successor_of;
	const inStockNow = inStock ?? before?.in_stock !== 0;
	if (of === null || (known && before?.successor_since !== null)) return before?.successor_since ?? null;
	// A catalogue from before this was noted: nobody knows since when.
	if (known && before?.in_stock !== 0) return null;
	return inStockNow ? now : null;
}

/** Who bought something may be ready for another at another time than was thought. */
function tellsOfRenewal(before: ProductRow | undefined, after: ProductRow): boolean {
	return after.successor_since !== (before?.successor_since ?? null) || after.successor_of !== (before?.successor_of ?? null) || after.lifetime_days !== (before?.lifetime_days ?? null);
}
