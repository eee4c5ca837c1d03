import { z } from 'zod/v4';
import { sameValue, valueAt, type JsonObject } from '../journeys/conditions';

const times = z.number('must be a number').int('must be a whole number').min(2, 'must be 2 or more').max(1000, 'must be at most 1000');
const days = z.number('must be a number').int('must be whole days').min(1, 'must be 1 or more').max(3650, 'must be at most 3650');
const amount = z.number('must be a number').gt(0, 'must be more than 0').max(1e12, 'is too large');

/**
 * Moments of readiness that something brings which the customer does (intelligence.md, "Readiness moments"). The one that time
 * brings, a gap that opens, is a date (journeys/dates/moments.ts).
 */
export const readyRule = z.discriminatedUnion('rule', [
	/** So much spent, in the currency of the order that reaches it; absent `withinDays`: ever. */
	z.strictObject({ rule: z.literal('spend'), amount, withinDays: days.optional() }),
	/** So many orders. */
	z.strictObject({ rule: z.literal('orders'), times, withinDays: days.optional() }),
	/** A number on an event reaches so much, such as usage. */
	z.strictObject({ rule: z.literal('level'), property: z.string().trim().min(1).max(200), amount }),
	/** An event for the so manyth time; with `same`, about the same category (product ...). */
	z.strictObject({ rule: z.literal('repeated'), times, withinDays: days, same: z.string().trim().min(1).max(200).optional() }),
	/** Orders come twice as often as the customer's own habit was. */
	z.strictObject({ rule: z.literal('moreOften') }),
	/** Something of a category that the customer has never bought from. */
	z.strictObject({ rule: z.literal('newCategory') }),
]);
export type ReadyRule = z.output<typeof readyRule>;

/** An event with what names it; instants are UTC milliseconds. */
export interface ReadyEvent {
	at: number;
	eventId: string;
	properties: JsonObject;
}

export interface ReadyOrder {
	orderId: string;
	at: number;
	paidE4: number;
	currency: string;
	categories: readonly string[];
}

/** What is known of the customer, whatever its order; what came after the event is not looked at. */
export interface ReadyHistory {
	events: readonly ReadyEvent[];
	/** Neither cancelled nor given back. */
	orders: readonly ReadyOrder[];
}

/** Why a customer is ready, for reports and for the item. */
export interface Ready {
	rule: ReadyRule['rule'];
	reason: string;
}

const DAY_MS = 86_400_000;
const MONEY_E4 = 10_000;
/** Orders that show a habit, and the ones that break it. */
const HABIT_GAPS = 3;
const RECENT_GAPS = 2;

/**
 * Whether this event is the one that makes the customer ready: what it reaches was not reached before it. Pure; an event that is
 * told again gives the same answer.
 */
export function readyBy(rule: ReadyRule, event: ReadyEvent, history: ReadyHistory): Ready | undefined {
	const reason = reasonOf(rule, event, history);
	return reason === undefined ? undefined : { rule: rule.rule, reason };
}

function reasonOf(rule: ReadyRule, event: ReadyEvent, history: ReadyHistory): string | undefined {
	switch (rule.rule) {
		case 'level': {
			const level = Number(valueAt(event.properties, rule.property) ?? Number.NaN);
			const before = history.events.filter((one) => isBefore(one, event)).map((one) => Number(valueAt(one.properties, rule.property) ?? Number.NaN));
			return level >= rule.amount && !before.some((one) => one >= rule.amount) ? `${rule.property} has reached ${rule.amount}` : undefined;
		}
		case 'repeated':
			return repeated(rule, event, history);
		default: {
			const orders = history.orders.filter((one) => one.at <= event.at).sort((a, b) => a.at - b.at || (a.orderId < b.orderId ? -1 : 1));
			const this_ = orders.findIndex((one) => one.orderId === String(event.properties.order_id));
			return this_ < 0 ? undefined : byOrder(rule, orders.slice(0, this_ + 1));
		}
	}
}

function repeated({ times: wanted, withinDays, same }: Extract<ReadyRule, { rule: 'repeated' }>, event: ReadyEvent, { events }: ReadyHistory): string | undefined {
	const about = same === undefined ? undefined : valueAt(event.properties, same);
	if (same !== undefined && (about === undefined || about === null || about === '')) return undefined;
	const count = events.filter((one) => isBefore(one, event) && one.at > event.at - withinDays * DAY_MS && (same === undefined || sameValue(valueAt(one.properties, same), about))).length + 1;
	return count === wanted ? `${wanted} times within ${withinDays} days${same === undefined ? '' : `, ${same} ${String(about)}`}` : undefined;
}

/** @param orders up to this one, which is the last */
function byOrder(rule: ReadyRule, orders: readonly ReadyOrder[]): string | undefined {
	const order = orders[orders.length - 1];
	const earlier = orders.slice(0, -1);
	const since = 'withinDays' in rule && rule.withinDays !== undefined ? order.at - rule.withinDays * DAY_MS : Number.NEGATIVE_INFINITY;
	switch (rule.rule) {
		case 'spend': {
			const spent = (some: readonly ReadyOrder[]) => some.filter((one) => one.currency === order.currency && one.at > since).reduce((sum, one) => sum + one.paidE4, 0);
			return spent(orders) >= rule.amount * MONEY_E4 && spent(earlier) < rule.amount * MONEY_E4 ? `spent ${rule.amount} ${order.currency}` : undefined;
		}
		case 'orders':
			return orders.filter((one) => one.at > since).length === rule.times ? `${rule.times} orders` : undefined;
		case 'newCategory': {
			const known = new Set(earlier.flatMap(({ categories }) => categories));
			const fresh = order.categories.find((one) => !known.has(one));
			return known.size > 0 && fresh !== undefined ? `bought from ${fresh} for the first time` : undefined;
		}
		case 'moreOften':
			return isMoreOften(orders) && !isMoreOften(earlier) ? 'orders twice as often as before' : undefined;
		default:
			return undefined;
	}
}

/** The last gaps together are at most half of what two of the earlier ones usually were. */
function isMoreOften(orders: readonly ReadyOrder[]): boolean {
	const days = [...new Set(orders.map(({ at }) => Math.floor(at / DAY_MS)))];
	const gaps = days.slice(1).map((day, place) => day - days[place]);
	if (gaps.length < HABIT_GAPS + RECENT_GAPS) return false;
	const habit = gaps.slice(0, -RECENT_GAPS).sort((a, b) => a - b);
	const recent = gaps.slice(-RECENT_GAPS).reduce((sum, gap) => sum + gap, 0) / RECENT_GAPS;
	return recent <= habit[Math.floor(habit.length / 2)] / 2;
}

/** Events of one instant stand in the order of their ids, so that each has its place. */
const isBefore = (one: ReadyEvent, event: ReadyEvent) => one.at < event.at || (one.at === event.at && one.eventId < event.eventId);
