import { readyBy, readyRule, type ReadyEvent, type ReadyHistory, type ReadyOrder, type ReadyRule } from '../../src/bundles/readiness';

const DAY = 86_400_000;
const view = (at: number, category: string, eventId = `e${at}`): ReadyEvent => ({ at: at * DAY, eventId, properties: { category } });
const order = (at: number, paid = 10, categories: string[] = ['tea']): ReadyOrder => ({ orderId: `o${at}`, at: at * DAY, paidE4: paid * 10_000, currency: 'EUR', categories });
const placed = (at: number): ReadyEvent => ({ at: at * DAY, eventId: `p${at}`, properties: { order_id: `o${at}` } });
/** On which of the orders, or events, the customer becomes ready. */
const onOrders = (rule: ReadyRule, orders: ReadyOrder[]) => orders.filter((one) => readyBy(rule, placed(one.at / DAY), { events: [], orders })).map(({ orderId }) => orderId);
const onEvents = (rule: ReadyRule, events: ReadyEvent[]) => events.filter((one) => readyBy(rule, one, { events, orders: [] })).map(({ eventId }) => eventId);

test('spend and orders are reached once, by the order that reaches them, within the days that are set', () => {
	const orders = [1, 2, 3, 4].map((at) => order(at, 40));
	expect(onOrders({ rule: 'spend', amount: 100 }, orders)).toEqual(['o3']);
	expect(onOrders({ rule: 'spend', amount: 100 }, [order(1, 40), { ...order(2, 90), currency: 'USD' }, order(3, 60)])).toEqual(['o3']);
	expect(onOrders({ rule: 'spend', amount: 100, withinDays: 2 }, orders)).toEqual([]);
	expect(onOrders({ rule: 'orders', times: 3 }, orders)).toEqual(['o3']);
	expect(onOrders({ rule: 'orders', times: 2, withinDays: 10 }, [order(1), order(20), order(21)])).toEqual(['o21']);
	expect(readyBy({ rule: 'spend', amount: 1 }, { at: DAY, eventId: 'x', properties: {} }, { events: [], orders })).toBeUndefined();
});

test('the third view of the same category, and neither the second nor the fourth', () => {
	const rule: ReadyRule = { rule: 'repeated', times: 3, withinDays: 7, same: 'category' };
	expect(onEvents(rule, [view(1, 'tea'), view(2, 'mugs'), view(3, 'Tea'), view(4, 'tea'), view(5, 'tea')])).toEqual(['e4']);
	expect(onEvents(rule, [view(1, 'tea'), view(5, 'tea'), view(9, 'tea')])).toEqual([]);
	expect(onEvents({ ...rule, same: undefined }, [view(1, 'a'), view(2, 'b'), view(3, 'c')])).toEqual(['e3']);
	expect(onEvents(rule, [view(1, 'tea', 'a'), view(1, 'tea', 'b'), view(1, 'tea', 'c')])).toEqual(['c']);
	expect(onEvents(rule, [{ at: 1, eventId: 'x', properties: {} }])).toEqual([]);
});

test('a level is reached for the first time, whatever order the events came in', () => {
	const used = (at: number, percent: unknown): ReadyEvent => ({ at: at * DAY, eventId: `u${at}`, properties: { usage: percent } });
	expect(onEvents({ rule: 'level', property: 'usage', amount: 80 }, [used(4, 95), used(1, 50), used(3, 85), used(2, 'no number'), used(5, null)])).toEqual(['u3']);
});

test('orders twice as often as before, and a category never bought before', () => {
	const days = [0, 30, 61, 90, 121, 133, 147, 162];
	expect(onOrders({ rule: 'moreOften' }, days.map((at) => order(at)))).toEqual(['o147']);
	expect(onOrders({ rule: 'moreOften' }, [0, 30, 60, 90, 120, 150].map((at) => order(at)))).toEqual([]);
	const bought = [order(1, 9, ['tea']), order(2, 9, ['tea']), order(3, 9, ['mugs', 'tea']), order(4, 9, ['mugs'])];
	expect(onOrders({ rule: 'newCategory' }, bought)).toEqual(['o3']);
	const reason = readyBy({ rule: 'newCategory' }, placed(3), { events: [], orders: bought } satisfies ReadyHistory);
	expect(reason).toEqual({ rule: 'newCategory', reason: 'bought from mugs for the first time' });
});

test('rules that make no sense are refused', () => {
	for (const wrong of [{ rule: 'repeated', times: 1, withinDays: 3 }, { rule: 'spend', amount: 0 }, { rule: 'orders', times: 2, withinDays: 0 }, { rule: 'full moon' }, { rule: 'level', property: ' ', amount: 1 }]) expect(readyRule.safeParse(wrong).success).toBe(false);
});
