import { subscriptionInput, type SubscriptionInput } from '../../records';
import type { ColumnSet } from '../columns';
import { RowDraft, type RowContext, type RowReader } from '../rowDraft';

export const subscriptionColumns: ColumnSet = {
	kind: 'subscriptions',
	columns: ['subscription_id', 'customer_id', 'email', 'phone', 'product_id', 'plan', 'status', 'starts_at', 'expires_at', 'price', 'currency', 'updated_at', 'attributes'],
	required: [['subscription_id'], ['customer_id', 'email', 'phone']],
};

export function subscriptionRows(context: RowContext): RowReader<SubscriptionInput> {
	return (cells) => {
		const draft = new RowDraft(cells, context);
		return draft.finish(subscriptionInput, {
			ref: draft.ref(),
			source: context.source,
			subscriptionId: cells.subscription_id,
			productId: cells.product_id,
			plan: cells.plan,
			status: cells.status,
			...dayOrInstant(draft, 'starts_at', 'startsOn', 'startsAt'),
			...dayOrInstant(draft, 'expires_at', 'expiresOn', 'expiresAt'),
			priceE4: draft.amountE4('price'),
			currency: cells.currency ?? (cells.price === undefined ? undefined : context.currency),
			updatedAt: draft.instant('updated_at'),
			attributes: cells.attributes === undefined ? undefined : draft.json('attributes'),
		});
	};
}

function dayOrInstant(draft: RowDraft, column: string, on: 'startsOn' | 'expiresOn', at: 'startsAt' | 'expiresAt'): Record<string, unknown> {
	const day = draft.day(column);
	return day === undefined ? { [at]: draft.instant(column) } : { [on]: day };
}
