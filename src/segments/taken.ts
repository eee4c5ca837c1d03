import type { EventFigure, KeptFigure, OrderFigure } from '../store/plans/passPlans';
import { leastOf } from './compare';
import type { Taken } from './onePass';
import type { Interval } from './question';
import type { Label, Leaf, NumberName, Period } from './rules';

type Bought = Extract<Leaf, { about: 'bought' }>;
type Did = Extract<Leaf, { about: 'did' }>;
interface Times {
	intervalOf(period: Period): Interval;
}

/** Nothing is said of products or categories, and pieces are not counted: orders alone tell it. */
export function ofAllOrders(leaf: Leaf): boolean {
	return (leaf.about === 'order' || (leaf.about === 'bought' && leaf.measure !== 'pieces')) && leaf.products.length === 0 && leaf.categories.length === 0;
}

const FIGURES_OF: Record<Exclude<Bought['measure'], 'pieces'>, readonly OrderFigure[]> = { orders: ['orders'], amount: ['amount'], average: ['amount', 'priced'] };

/** So many times something is done by few: whoever did less is out before it is looked at closely. */
const FEW_HAVE = 3;

/** How many orders there were in the period of a condition on goods. */
export const mostOfOrders = ({ period }: Bought, times: Times): Taken<OrderFigure> => ({ figure: 'orders', ...times.intervalOf(period) });

/** How often it happened at all, where a condition asks what was said of it. */
export const mostOfEvents = ({ eventType: type, period }: Did, times: Times): Taken<EventFigure> => ({ figure: 'times', type, ...times.intervalOf(period) });

/** What tells of many customers that a condition on the lines of their orders does not hold, or does. */
export const alongOfOrders = (leaf: Leaf, times: Times): Taken<OrderFigure>[] => (leaf.about === 'bought' && !ofAllOrders(leaf) ? [mostOfOrders(leaf, times)] : []);

/** The same of a condition on what events say. */
export const alongOfEvents = (leaf: Leaf, times: Times): Taken<EventFigure>[] => (leaf.about === 'did' && leaf.filter.length > 0 ? [mostOfEvents(leaf, times)] : []);

/** What a condition takes of the orders of customers; none where it looks at their lines alone. */
export function takenOfOrders(leaf: Leaf, times: Times): Taken<OrderFigure>[] {
	if (!ofAllOrders(leaf)) return leaf.about === 'bought' && leaf.measure === 'orders' && leastOf(leaf.compare) >= FEW_HAVE ? [mostOfOrders(leaf, times)] : [];
	if (leaf.about === 'order') return [{ figure: leaf.which, ...times.intervalOf({ kind: 'ever' }) }];
	const { measure, period } = leaf as Bought;
	return FIGURES_OF[measure as keyof typeof FIGURES_OF].map((figure) => ({ figure, ...times.intervalOf(period) }));
}

/** What a condition takes of the events of customers; none where it looks at what they say alone. */
export function takenOfEvents(leaf: Leaf, times: Times): Taken<EventFigure>[] {
	if (leaf.about !== 'did' && leaf.about !== 'event') return [];
	if (leaf.filter.length > 0) return leaf.about === 'did' && leastOf(leaf.compare) >= FEW_HAVE ? [mostOfEvents(leaf, times)] : [];
	const { eventType: type } = leaf;
	return leaf.about === 'did' ? [{ figure: 'times', type, ...times.intervalOf(leaf.period) }] : [{ figure: leaf.which, type, ...times.intervalOf({ kind: 'ever' }) }];
}

/** Where the labels of customers stand; the stage stands in the profile. */
export const LABEL_COLUMNS = { rfmGroup: 'rfm_group', rhythm: 'rhythm', valueTier: 'value_tier', priceTier: 'price_tier', favouriteCategory: 'favourite_category', bestChannel: 'best_channel' } as const satisfies Record<Exclude<Label, 'stage'>, KeptFigure>;

export const NUMBER_COLUMNS: Record<NumberName, { column: KeptFigure; money?: true }> = {
	recency: { column: 'last_order_at' },
	frequency: { column: 'window_orders' },
	monetary: { column: 'revenue_e4', money: true },
	orders: { column: 'orders' },
	revenue: { column: 'revenue_e4', money: true },
	expectedGapDays: { column: 'expected_gap_days' },
	pAlive: { column: 'p_alive' },
	noReturn: { column: 'no_return' },
	expectedOrders: { column: 'expected_orders' },
	lifetimeValue: { column: 'ltv_e4', money: true },
	margin: { column: 'margin_e4', money: true },
	engagement: { column: 'engagement' },
	bestHour: { column: 'best_hour' },
	views: { column: 'views_30d' },
};

/** Columns of the figures that conditions look at, sorted. */
export function figuresAsked(leaves: readonly Leaf[]): KeptFigure[] {
	const columns = leaves.flatMap((leaf) => (leaf.about === 'number' ? [NUMBER_COLUMNS[leaf.number].column] : leaf.about === 'label' && leaf.label !== 'stage' ? [LABEL_COLUMNS[leaf.label]] : []));
	return [...new Set(columns)].sort();
}
