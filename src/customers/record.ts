import { JourneyError } from '../core/errors';
import { formatAmountE4 } from '../core/money';
import { suppressionsOf as closedTo } from '../policy/closedAddress';
import { decisionsAt } from '../policy/why/decisionsAt';
import { JourneySlice } from '../journeys/slice';
import { refusedEntries, waysOf } from '../journeys/ways';
import { consentPlans, customerPlans, type CustomerRow } from '../store/plans/customerPlans';
import { eventPlans, orderPlans } from '../store/plans/ingestPlans';
import { mergePlans } from '../store/plans/mergePlans';
import { touchPlans } from '../store/plans/policyPlans';
import { subscriptionPlans, type SubscriptionRow } from '../store/plans/subscriptionPlans';
import { notePlans, taskPlans } from '../store/plans/taskPlans';
import { read, type Tx } from '../store/port';
import { consentView } from './consents';
import type { CustomerRecord } from './contract';
import type { CustomerRef } from './identity';
import { familyOf } from './merge/family';
import { loadOwnProfiles } from './merge/ownProfile';
import { noteView } from './notes';
import { customerView } from './profile';
import { taskViewAt } from './tasks';
import { loadCustomers, resolveCustomers } from './resolve';

/** Newest rows of each kind that one record shows. */
const SHOWN = 200;

/**
 * Everything known and decided about one customer.
 * @param input `at`: as of an instant, UTC milliseconds; what came later is left out
 * @throws JourneyError `unknown_customer`
 */
export const customerRecord = read(async (tx, { ref, at }: { ref: CustomerRef; at?: number }): Promise<CustomerRecord> => {
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	const row = who.found ? (await loadCustomers(tx, [who.id])).get(who.id) : undefined;
	if (!row) throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store. Check the spelling, or import the customer first.');
	const asOf = at ?? (await tx.now());
	const until = { customer_id: row.id, until: asOf };
	const newest = { ...until, limit: SHOWN };
	const orders = await tx.all(orderPlans.ofCustomer, newest);
	const touches = await tx.all(touchPlans.ofCustomer, newest);
	const results = await tx.all(touchPlans.resultsOf, until);
	const slice = await JourneySlice.load(tx, [row.id]);
	return {
		asOf,
		customer: customerView(row),
		mergedFrom: await mergedFrom(tx, row.id),
		identities: (await tx.all(customerPlans.identitiesOf, { customer_id: row.id })).map(({ type, value }) => ({ type, value })),
		consents: (await tx.all(consentPlans.ofMany, { ids: [row.id] })).filter((consent) => consent.at <= asOf).map(consentView),
		suppressions: await suppressionsOf(tx, row, asOf),
		orders: orders.map((order) => ({ orderId: order.order_id, kind: order.kind, status: order.status, orderedAt: order.ordered_at, amount: formatAmountE4(amountOf(order)), currency: order.currency })),
		revenue: (await tx.all(orderPlans.revenueOf, until)).map(({ currency, revenue_e4 }) => ({ amount: formatAmountE4(revenue_e4), currency })),
		subscriptions: (await tx.all(subscriptionPlans.ofCustomers, { ids: [row.id] })).map(subscriptionView),
		events: (await tx.all(eventPlans.ofCustomer, newest)).map((event) => ({ type: event.type, at: event.occurred_at, properties: JSON.parse(event.properties) as Record<string, unknown> })),
		messages: touches.map((touch) => ({ at: touch.ts, channel: touch.channel, category: touch.category, state: touch.state, journey: touch.journey_key, results: results.filter((result) => result.touch_seq === touch.seq).map((result) => result.result) })),
		decisions: await decisionsAt(tx, row.id, asOf, SHOWN),
		notes: (await tx.all(notePlans.ofCustomer, newest)).map(noteView),
		tasks: (await tx.all(taskPlans.ofCustomer, newest)).map((task) => taskViewAt(task, asOf)),
		journeys: (await waysOf(tx, slice, asOf)).map(({ enrolment: _number, customerId: _customer, ...way }) => way),
		refused: (await refusedEntries(tx, row.id)).filter((one) => one.at <= asOf),
	};
});

/** Who was merged into the customer, directly or through others. */
async function mergedFrom(tx: Tx, id: number): Promise<CustomerRecord['mergedFrom']> {
	const [, ...absorbed] = await familyOf(tx, id);
	if (absorbed.length === 0) return [];
	const profiles = await loadOwnProfiles(tx, absorbed);
	const merges = await tx.all(mergePlans.mergesOf, { ids: absorbed });
	return merges.sort((a, b) => a.id - b.id).map((merge) => ({ customer: profiles.get(merge.absorbed_id)?.key ?? null, at: merge.merged_at, by: merge.merged_by }));
}

async function suppressionsOf(tx: Tx, row: CustomerRow, asOf: number): Promise<CustomerRecord['suppressions']> {
	const identities = await tx.all(customerPlans.identitiesOf, { customer_id: row.id });
	const rows = (await closedTo(tx, identities, async () => new Map([[row.id, row]]))).get(row.id) ?? [];
	return rows.filter((one) => one.at <= asOf).map(({ channel, reason, at }) => ({ channel, reason, at }));
}

/** What was said for the whole order, else the sum of its lines. */
const amountOf = (order: { total_e4: number | null; lines_e4: number | null }) => order.total_e4 ?? order.lines_e4 ?? 0;

const subscriptionView = (row: SubscriptionRow): CustomerRecord['subscriptions'][number] => ({
	subscriptionId: row.subscription_id,
	productId: row.product_id,
	plan: row.plan,
	status: row.status,
	startsAt: row.starts_at,
	expiresAt: row.expires_at,
	price: row.price_e4 === null ? null : formatAmountE4(row.price_e4),
	currency: row.currency,
	attributes: JSON.parse(row.attributes) as Record<string, unknown>,
});
