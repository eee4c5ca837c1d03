import { marginPlans, type MarginRow } from '../store/plans/salePlans';
import { read, type Tx } from '../store/port';
import type { Store } from '../store/Store';
import type { Bucket } from './bucket';
import { readSales } from './columnKinds';
import type { PieceMargins } from './productMargins';

/** Products in one transaction: short enough that nobody else waits. */
const PAGE = 5_000;

/** What the catalogue says is left of products, page by page in the order of their ids. */
export const pieceMargins = read(async (tx: Tx, { after }: { after: string }): Promise<{ rows: MarginRow[]; next: string | null }> => {
	const rows = await tx.all(marginPlans.page, { after, limit: PAGE });
	return { rows, next: rows.length < PAGE ? null : rows[rows.length - 1].product_id };
});

/** Everything that the catalogue says of it. */
export async function allMargins(store: Store): Promise<MarginRow[]> {
	const said: MarginRow[] = [];
	for (let after: string | null = ''; after !== null; ) {
		const { rows, next }: { rows: MarginRow[]; next: string | null } = await store.run('figures.margins', { after });
		said.push(...rows);
		after = next;
	}
	return said;
}

/** @param currency that orders are counted in; what is said in another one cannot be compared. @returns undefined where nothing is said */
export function marginsIn(rows: readonly MarginRow[], currency: string | null): PieceMargins | undefined {
	const said = rows.filter((row) => row.currency === null || row.currency === currency);
	return said.length === 0 ? undefined : new Map(said.map(({ product_id, margin_e4: marginE4, price_e4: priceE4 }) => [product_id, { marginE4, priceE4 }]));
}

/** What some customers bought, with what the catalogue says of it. */
export async function salesOfSome(tx: Tx, ids: number[], currency: string | null): Promise<{ sales: Bucket; margins: PieceMargins }> {
	const sales = await readSales(tx, { ids });
	const said = sales.texts.length === 0 ? [] : await tx.all(marginPlans.ofProducts, { keys: [...sales.texts] });
	return { sales, margins: marginsIn(said, currency) ?? new Map() };
}
