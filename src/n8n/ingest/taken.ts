import type { CancelInput, ConsentInput, CustomerInput, EventInput, MessageResultInput, OrderInput, ProductInput, RefundInput, SubscriptionInput } from '../../ingest/records';
import type { ChangedOrder, ConsentRow, ItemAnswer, RecordedMessage, RecordedOrder, TrackedEvent, UpsertedCustomer, UpsertedSubscription, UpsertResult } from '../../customers/contract';
import type { CustomerView } from '../../journeys/item';
import type { StoreHandle } from '../storeRegistry';

/** What one item holds, by kind. */
export interface Taken {
	customers: CustomerInput[];
	products: ProductInput[];
	consents: ConsentInput[];
	messages: MessageResultInput[];
	orders: OrderInput[];
	cancels: CancelInput[];
	refunds: RefundInput[];
	subscriptions: SubscriptionInput[];
	events: EventInput[];
}
export type Kind = keyof Taken;

/** What these say holds whatever comes before or after them, so a run may take in all of them first, in big batches. */
export const STATE_KINDS = ['customers', 'products', 'consents'] as const satisfies readonly Kind[];
/** Journeys start, resume and end by these, so they keep the order of the items: an order after a cart event must be seen after it. */
export const JOURNEY_KINDS = ['orders', 'cancels', 'refunds', 'subscriptions', 'messages', 'events'] as const satisfies readonly Kind[];

/** Whether a journey may hear of it: a profile may move a date that one waits for, a consent may bring somebody into a segment. */
export const movesJourneys = (kind: Kind) => kind !== 'products';

const OPERATION = {
	customers: 'customers.upsert',
	products: 'products.upsert',
	consents: 'consents.set',
	messages: 'messages.record',
	orders: 'orders.record',
	cancels: 'orders.cancel',
	refunds: 'orders.refund',
	subscriptions: 'subscriptions.upsert',
	events: 'events.track',
} as const satisfies Record<Kind, string>;

interface Answers {
	customers: UpsertedCustomer;
	products: { result: UpsertResult; productId: string };
	consents: { result: 'recorded' | 'unchanged' | 'older'; customer: CustomerView; consent: ConsentRow };
	messages: RecordedMessage;
	orders: RecordedOrder;
	cancels: ChangedOrder;
	refunds: ChangedOrder;
	subscriptions: UpsertedSubscription;
	events: TrackedEvent;
}
/** What the store says about one record that it did not refuse. */
export type Accepted = { [K in Kind]: { kind: K; record: Taken[K][number]; answer: Answers[K] } }[Kind];

/**
 * One call of the store.
 * @param records at most 1,000
 * @returns one answer per record, in order
 */
export async function send<K extends Kind>(store: StoreHandle, kind: K, records: Taken[K], backfill: boolean): Promise<ItemAnswer<object>[]> {
	const input = movesJourneys(kind) ? { items: records, backfill } : { items: records };
	return (await store.run(OPERATION[kind], input as never)) as ItemAnswer<object>[];
}
