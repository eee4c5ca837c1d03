import { productInput, type ProductInput } from '../../records';
import type { ColumnSet } from '../columns';
import { RowDraft, type RowContext, type RowReader } from '../rowDraft';

export const productColumns: ColumnSet = {
	kind: 'products',
	columns: ['product_id', 'name', 'category', 'price', 'currency', 'family', 'tier', 'successor_of', 'lifetime_days', 'in_stock', 'margin'],
	required: [['product_id']],
};

export function productRows(context: RowContext): RowReader<ProductInput> {
	return (cells) => {
		const draft = new RowDraft(cells, context);
		const hasMoney = cells.price !== undefined || cells.margin !== undefined;
		return draft.finish(productInput, {
			source: context.source,
			productId: cells.product_id,
			name: cells.name,
			category: cells.category,
			priceE4: draft.amountE4('price'),
			currency: cells.currency ?? (hasMoney ? context.currency : undefined),
			family: cells.family,
			tier: draft.number('tier'),
			successorOf: cells.successor_of,
			lifetimeDays: draft.number('lifetime_days'),
			inStock: draft.flag('in_stock'),
			marginE4: draft.amountE4('margin'),
		});
	};
}
