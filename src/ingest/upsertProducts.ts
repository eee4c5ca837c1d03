import type { ItemAnswer, UpsertProducts, UpsertResult } from '../customers/contract';
import { productPlans, type ProductRow } from '../store/plans/ingestPlans';
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
	const answers = items.map((item) => {
		const before = rows.get(item.productId);
		const after = merged(before, item, now);
		const same = before !== undefined && (Object.keys(after) as (keyof ProductRow)[]).every((field) => field === 'updated_at' || after[field] === before[field]);
		if (!same) {
			rows.set(item.productId, after);
			const given = merged(changed.get(item.productId), item, now);
			changed.set(item.productId, given);
		}
		return { ok: true as const, result: before === undefined ? ('created' as const) : same ? ('unchanged' as const) : ('updated' as const), productId: item.productId };
	});
	await tx.each(productPlans.save, [...changed.values()].sort((a, b) => (a.product_id < b.product_id ? -1 : 1)));
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
		updated_at: now,
	};
}
