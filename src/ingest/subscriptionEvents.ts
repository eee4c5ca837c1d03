import { formatAmountE4 } from '../core/money';
import type { SubscriptionRow } from '../store/plans/subscriptionPlans';
import type { OwnEvent } from './ownEvents';
import type { SubscriptionInput } from './records';
import { runsLonger } from './subscriptionDates';

type Row = Omit<SubscriptionRow, 'id'>;

/**
 * What journeys hear of a subscription: `subscription_started`, `subscription_renewed` (it runs longer than before, or it
 * came back), `subscription_paused`, `subscription_resumed`, `subscription_cancelled`, `subscription_expired`. All carry
 * `subscription_id`, so that a reminder about this subscription ends with it and no other (J50).
 * @param before as it was; undefined for a new one
 */
export function subscriptionEvents(item: SubscriptionInput, before: Row | undefined, after: Row, { index, now }: { index: number; now: number }): OwnEvent[] {
	const changedAt = Math.min(item.updatedAt ?? now, now);
	const startedAt = Math.min(after.starts_at ?? changedAt, changedAt);
	return namesOf(before, after).map((name, order) => {
		const at = name === 'started' ? startedAt : changedAt;
		return {
			index,
			order,
			customerId: after.customer_id,
			source: item.source,
			eventId: `subscription:${item.subscriptionId}:${name}:${at}`,
			type: `subscription_${name}`,
			at,
			properties: {
				subscription_id: item.subscriptionId,
				product_id: after.product_id,
				plan: after.plan,
				status: after.status,
				starts_at: iso(after.starts_at),
				...(after.starts_on === null ? {} : { starts_on: after.starts_on }),
				expires_at: iso(after.expires_at),
				...(after.expires_on === null ? {} : { expires_on: after.expires_on }),
				expired_before_at: iso(before?.expires_at ?? null),
				price: after.price_e4 === null ? null : formatAmountE4(after.price_e4),
				currency: after.currency,
			},
		};
	});
}

function namesOf(before: Row | undefined, after: Row): string[] {
	const ended = after.status === 'active' ? [] : [after.status];
	if (!before) return ['started', ...ended];
	if (before.status !== after.status && after.status !== 'active') return ended;
	if (after.status !== 'active') return [];
	if (runsLonger(before, after) || before.status === 'cancelled' || before.status === 'expired') return ['renewed'];
	return before.status === 'paused' ? ['resumed'] : [];
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
