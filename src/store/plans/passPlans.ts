import type { FeatureRow } from '../../features/contract';
import { ANY_OF_IDS, inGroups, per, selectByList } from '../plan';
import type { Plan } from '../port';
import { GIVEN_BACK_OF, ORDER_TOTAL, type AskedOf } from './refundPlans';

/** What a condition takes of a customer's orders in a span of time; amounts of those in the shop's currency. */
export const ORDER_FIGURES = ['orders', 'priced', 'amount', 'first', 'last'] as const;
export type OrderFigure = (typeof ORDER_FIGURES)[number];

/** The same of events of a type. */
export const EVENT_FIGURES = ['times', 'first', 'last'] as const;
export type EventFigure = (typeof EVENT_FIGURES)[number];

/** `f0`, `f1` ... in the order asked for; null: there was nothing in the span. */
export type PassRow = { customer_id: number } & Record<`f${number}`, number | null>;
/** `since` and `until` of all that is asked for, and `since0`, `until0` (`type0`) ... of each; `at` where amounts are as of then. */
export type PassParams = { ids: number[]; since: number; until: number } & Record<string, number | string | number[] | string[]>;

/** What was paid for an order and not given back. */
const paid = (asked: AskedOf) => `${ORDER_TOTAL} - CASE WHEN o.refunded_e4 = 0 THEN 0 ELSE ${GIVEN_BACK_OF[asked]} END`;
const OF_ORDERS: Record<Exclude<OrderFigure, 'amount'>, string> = { orders: 'COUNT(*)', priced: 'COUNT(*)', first: 'MIN(o.ordered_at)', last: 'MAX(o.ordered_at)' };
const OF_EVENTS: Record<EventFigure, string> = { times: 'COUNT(*)', first: 'MIN(e.occurred_at)', last: 'MAX(e.occurred_at)' };

/** Figures that are kept of customers, and asked about. */
export type KeptFigure = Exclude<keyof FeatureRow, 'customer_id'>;
export type KeptFigures = Pick<FeatureRow, 'customer_id'> & Partial<FeatureRow>;

const kept = new Map<string, unknown>();

/**
 * One pass over the orders of customers, for all that several conditions take of them. The text tells only which figures are
 * taken; what they are taken of are parameters.
 * @param figures in the order of {@link ORDER_FIGURES}, so that there are few texts @param asked `then`: amounts are as of the instant `at`
 */
export function ordersPass(figures: readonly OrderFigure[], asked: AskedOf = 'now'): Plan<PassParams, PassRow> {
	return keptPlan(`orders ${asked} ${figures.join(' ')}`, () => {
		const taken = figures.map((figure, place) => `${figure === 'amount' ? `SUM(${paid(asked)})` : OF_ORDERS[figure]} FILTER (WHERE o.ordered_at >= :since${place} AND o.ordered_at <= :until${place}${figure === 'priced' || figure === 'amount' ? ' AND o.currency = :currency' : ''}) AS f${place}`);
		const rest = "o.ordered_at >= :since AND o.ordered_at <= :until AND o.kind = 'order' AND o.status <> 'cancelled' GROUP BY o.customer_id";
		return inGroups(per<PassParams, PassRow>({
			sqlite: `SELECT o.customer_id, ${taken.join(', ')} FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value WHERE ${rest}`,
			postgres: `SELECT o.customer_id, ${taken.join(', ')} FROM orders o WHERE o.customer_id = ${ANY_OF_IDS} AND ${rest}`,
		}), 'ids', [], columnsOf(figures));
	});
}

/** The same over events. @param figures in the order of {@link EVENT_FIGURES} */
export function eventsPass(figures: readonly EventFigure[]): Plan<PassParams, PassRow> {
	return keptPlan(`events ${figures.join(' ')}`, () => {
		const taken = figures.map((figure, place) => `${OF_EVENTS[figure]} FILTER (WHERE e.type = :type${place} AND e.occurred_at >= :since${place} AND e.occurred_at <= :until${place}) AS f${place}`);
		const types = figures.map((_, place) => `:type${place}`).join(', ');
		const rest = `e.occurred_at >= :since AND e.occurred_at <= :until AND e.type IN (${types}) GROUP BY e.customer_id`;
		return inGroups(per<PassParams, PassRow>({
			sqlite: `SELECT e.customer_id, ${taken.join(', ')} FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value WHERE ${rest}`,
			postgres: `SELECT e.customer_id, ${taken.join(', ')} FROM event e WHERE e.customer_id = ${ANY_OF_IDS} AND ${rest}`,
		}), 'ids', [], columnsOf(figures));
	});
}

/** Those figures of customers that some condition looks at. @param figures sorted, each once */
export function figuresPass(figures: readonly KeptFigure[]): Plan<{ ids: number[] }, KeptFigures> {
	return keptPlan(`figures ${figures.join(' ')}`, () => {
		const labels = figures.filter((name) => LABELS.has(name));
		const numbers = figures.filter((name) => !LABELS.has(name));
		return inGroups(selectByList<{ ids: number[] }, KeptFigures>('ids', ['customer_id', ...figures].map((name) => `t.${name}`).join(', '), 'feature', 'customer_id'), 'ids', labels, { customer_id: 'bigint', ...Object.fromEntries(numbers.map((name) => [name, 'bigint?'])) });
	});
}

/** Figures that are words, of which there are few. */
const LABELS = new Set<KeptFigure>(['rfm_group', 'rhythm', 'value_tier', 'price_tier', 'favourite_category', 'best_channel']);

/** Counts are there for everybody who has rows at all. */
const columnsOf = (figures: readonly string[]) => ({ customer_id: 'bigint', ...Object.fromEntries(figures.map((figure, place) => [`f${place}`, COUNTS.has(figure) ? 'bigint' : 'bigint?'])) }) as { customer_id: 'bigint' } & Record<`f${number}`, 'bigint' | 'bigint?'>;
const COUNTS = new Set<string>(['orders', 'priced', 'times']);

function keptPlan<P extends object, R extends object>(name: string, make: () => Plan<P, R>): Plan<P, R> {
	const known = kept.get(name) as Plan<P, R> | undefined;
	const plan = known ?? make();
	if (!known) kept.set(name, plan);
	return plan;
}

/** Samples of what is made, so that those who look through all statements see them. */
export const passPlans = { orders: ordersPass(ORDER_FIGURES), ordersThen: ordersPass(ORDER_FIGURES, 'then'), events: eventsPass(EVENT_FIGURES), figures: figuresPass(['last_order_at', 'rfm_group']) };
