import { formatAmountE4 } from '../../core/money';
import { loadCustomers } from '../../customers/locking';
import type { CustomerRow } from '../../store/plans/customerPlans';
import { datePlans } from '../../store/plans/datePlans';
import type { FeatureRow } from '../../features/contract';
import { featurePlans } from '../../store/plans/featurePlans';
import type { OrderRow } from '../../store/plans/ingestPlans';
import type { SubscriptionRow } from '../../store/plans/subscriptionPlans';
import type { Tx } from '../../store/port';
import { valueAt } from '../conditions';
import type { DateSubject } from './definition';
import { loadMoments } from './moments';
import { loadNextGoods } from './nextGoods';
import { loadOwned } from './owned';

/** Something that has a date: a customer, a subscription, an order. */
export interface Dated {
	id: number;
	customerId: number;
	value(field: string): unknown;
	/** Whether it still matters so many days from its date. */
	isOpen(offset: number): boolean;
	/** What tells it from others of the same customer, on the entry's event. */
	identity: Record<string, string>;
	properties: Record<string, unknown>;
	/** More of them, by the field that is watched. */
	propertiesOf?(field: string): Record<string, unknown>;
	/** Days of its own, each of which starts its customer once, in place of `value`. */
	moments?(field: string): readonly Moment[];
	/** It starts its customer once, also when its date turns out to be another one. */
	once?: boolean;
	/** Each moment of it starts its customer once, also when its date turns out to be another one. */
	wanders?: boolean;
}

/** A day that something comes to pass on: so many local days after the day of an instant. */
export interface Moment {
	/** UTC milliseconds */
	at: number;
	days: number;
	/** It is news from `at` on: a journey that was switched on later has missed it. */
	isNews: boolean;
	/** Tells it from the subject's other moments. */
	key: string;
	properties: Record<string, unknown>;
	/** Nothing of it comes near up to here, UTC milliseconds. */
	since?: number;
}

/** The subjects of these numbers; those that are gone, or of nobody known, are left out. */
export async function loadSubjects(tx: Tx, of: DateSubject, ids: readonly number[]): Promise<Dated[]> {
	if (ids.length === 0) return [];
	if (of === 'customer') return [...(await loadCustomers(tx, ids)).values()].map(ofCustomer);
	if (of === 'moment') return await loadMoments(tx, ids);
	if (of === 'owned') return await loadOwned(tx, ids);
	if (of === 'nextGoods') return await loadNextGoods(tx, ids);
	if (of === 'nextPurchase') return (await tx.all(featurePlans.ofMany, { ids: [...ids] })).map(ofNextPurchase);
	if (of === 'subscription') return (await tx.all(datePlans.subscriptions, { ids: [...ids] })).map(ofSubscription);
	return (await tx.all(datePlans.orders, { ids: [...ids] })).flatMap((row) => (row.customer_id === null ? [] : [ofOrder(row, row.customer_id)]));
}

/** The next numbers after one, in their order. */
export async function subjectsAfter(tx: Tx, of: DateSubject, after: number, limit: number): Promise<number[]> {
	const plan = { customer: datePlans.customersAfter, subscription: datePlans.subscriptionsAfter, order: datePlans.ordersAfter, moment: datePlans.ordersAfter, owned: datePlans.ordersAfter, nextPurchase: datePlans.customersAfter, nextGoods: datePlans.customersAfter }[of];
	return (await tx.all(plan, { after, limit })).map(({ id }) => id);
}

function ofCustomer(row: CustomerRow): Dated {
	return {
		id: row.id,
		customerId: row.id,
		value: (field) => (field === 'birthDate' ? row.birth_date : field === 'createdAt' ? row.created_at : attribute(row.attributes, field)),
		isOpen: () => row.erased_at === null,
		identity: {},
		properties: {},
	};
}

/** Who has ended a subscription is not told that it renews; afterwards it may be a reason to write, except while it rests. */
function ofSubscription(row: SubscriptionRow): Dated {
	return {
		id: row.id,
		customerId: row.customer_id,
		value: (field) => (field === 'expiresAt' ? (row.expires_on ?? row.expires_at) : field === 'startsAt' ? (row.starts_on ?? row.starts_at) : attribute(row.attributes, field)),
		isOpen: (offset) => (offset <= 0 ? row.status === 'active' : row.status !== 'paused'),
		identity: { subscription_id: row.subscription_id, source: row.source },
		properties: {
			product_id: row.product_id,
			plan: row.plan,
			status: row.status,
			starts_at: iso(row.starts_at),
			...(row.starts_on === null ? {} : { starts_on: row.starts_on }),
			expires_at: iso(row.expires_at),
			...(row.expires_on === null ? {} : { expires_on: row.expires_on }),
			price: row.price_e4 === null ? null : formatAmountE4(row.price_e4),
			currency: row.currency,
			attributes: JSON.parse(row.attributes) as Record<string, unknown>,
		},
	};
}

function ofOrder(row: OrderRow, customerId: number): Dated {
	return {
		id: row.id,
		customerId,
		value: (field) => (field === 'orderedAt' ? row.ordered_at : undefined),
		isOpen: () => row.status !== 'cancelled' && row.status !== 'refunded',
		identity: { order_id: row.order_id, source: row.source },
		properties: { cart_id: row.cart_id, status: row.status, ordered_at: iso(row.ordered_at), total: row.total_e4 === null ? null : formatAmountE4(row.total_e4), currency: row.currency },
	};
}

/** The prediction is made anew every day and with every order; between two orders each moment of it comes once. */
function ofNextPurchase(row: FeatureRow): Dated {
	return {
		id: row.customer_id,
		customerId: row.customer_id,
		wanders: true,
		value: () => row.next_at,
		isOpen: () => true,
		identity: { after_order_at: iso(row.last_order_at) ?? '' },
		properties: { expected_from: iso(row.next_from), expected_until: iso(row.next_until), no_return: row.no_return },
	};
}

/** `attributes.contract_end` and `contract_end` are the same. */
function attribute(attributes: string, field: string): unknown {
	return valueAt(JSON.parse(attributes), field.replace(/^attributes\./, ''));
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
