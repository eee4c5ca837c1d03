import type { ConsentStatus, MessageResult, OrderStatus, SubscriptionStatus } from './records';

/** Foreign words for the closed sets of records.ts, as shops, exports and providers write them. */

const CONSENT_WORDS: Record<string, ConsentStatus> = {
	granted: 'granted',
	yes: 'granted',
	true: 'granted',
	given: 'granted',
	subscribed: 'granted',
	opted_in: 'granted',
	confirmed: 'granted',
	denied: 'denied',
	no: 'denied',
	false: 'denied',
	withdrawn: 'denied',
	revoked: 'denied',
	unsubscribed: 'denied',
	opted_out: 'denied',
	not_subscribed: 'denied',
	pending: 'pending',
	unconfirmed: 'pending',
};

const MESSAGE_RESULT_WORDS: Record<string, MessageResult> = {
	sent: 'sent',
	unknown: 'unknown',
	timeout: 'unknown',
	timed_out: 'unknown',
	delivered: 'delivered',
	failed: 'failed',
	rejected: 'failed',
	bounced: 'bounced',
	bounce: 'bounced',
	opened: 'opened',
	open: 'opened',
	clicked: 'clicked',
	click: 'clicked',
	unsubscribed: 'unsubscribed',
	unsubscribe: 'unsubscribed',
	complained: 'complained',
	complaint: 'complained',
	spam: 'complained',
};

const BOUNCE_WORDS: Record<string, 'hard' | 'soft'> = {
	hard: 'hard',
	permanent: 'hard',
	soft: 'soft',
	transient: 'soft',
	temporary: 'soft',
	undetermined: 'soft',
};

const ORDER_STATUS_WORDS: Record<string, OrderStatus> = {
	placed: 'placed',
	new: 'placed',
	open: 'placed',
	pending: 'placed',
	on_hold: 'placed',
	authorized: 'placed',
	paid: 'paid',
	processing: 'paid',
	shipped: 'paid',
	partially_paid: 'paid',
	partially_refunded: 'paid',
	delivered: 'delivered',
	completed: 'delivered',
	complete: 'delivered',
	fulfilled: 'paid',
	cancelled: 'cancelled',
	canceled: 'cancelled',
	failed: 'cancelled',
	voided: 'cancelled',
	refunded: 'refunded',
	returned: 'refunded',
};

const SUBSCRIPTION_STATUS_WORDS: Record<string, SubscriptionStatus> = {
	active: 'active',
	trialing: 'active',
	trial: 'active',
	past_due: 'active',
	pending_cancel: 'active',
	paused: 'paused',
	on_hold: 'paused',
	suspended: 'paused',
	frozen: 'paused',
	cancelled: 'cancelled',
	canceled: 'cancelled',
	unpaid: 'cancelled',
	expired: 'expired',
	ended: 'expired',
	incomplete_expired: 'expired',
};

/** @returns undefined for a word that means none of them */
export const readConsentStatus = (raw: string): ConsentStatus | undefined => look(CONSENT_WORDS, raw);
export const readMessageResult = (raw: string): MessageResult | undefined => look(MESSAGE_RESULT_WORDS, raw);
export const readBounce = (raw: string): 'hard' | 'soft' | undefined => look(BOUNCE_WORDS, raw);
export const readOrderStatus = (raw: string): OrderStatus | undefined => look(ORDER_STATUS_WORDS, raw);
export const readSubscriptionStatus = (raw: string): SubscriptionStatus | undefined => look(SUBSCRIPTION_STATUS_WORDS, raw);

function look<T>(words: Record<string, T>, raw: string): T | undefined {
	const key = raw.trim().toLowerCase().replace(/[\s-]+/g, '_');
	return Object.hasOwn(words, key) ? words[key] : undefined;
}
