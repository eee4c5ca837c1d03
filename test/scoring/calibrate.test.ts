import { unitHash } from '../../src/core/hash';
import { calibrate, type LeadCase } from '../../src/scoring/calibrate';
import { fitLogistic } from '../../src/scoring/logistic';
import { leadRules } from '../../src/scoring/rules';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

const rules = leadRules.parse({
	actions: [{ eventType: 'demo', points: 10, most: 20 }, { eventType: 'opened', points: 20, most: 60 }, { eventType: 'complained', points: -5 }, { eventType: 'rare', points: 7 }],
	facts: [{ label: 'Firm', conditions: [{ field: 'attributes.firm', operator: 'exists' }], points: 5 }],
	mql: 20,
	sql: 40,
});

/** Leads of whom demos and being a firm make customers, complaints do not, and opened letters say nothing. */
function invented(count: number): LeadCase[] {
	return Array.from({ length: count }, (_, place) => {
		const is = (name: string, share: number) => Number(unitHash(name, place) < share);
		const [demo, opened, complained, firm] = [is('demo', 0.2), Math.floor(3 * unitHash('opened', place)), is('complained', 0.1), is('firm', 0.3)];
		const chance = 1 / (1 + Math.exp(-(-2.5 + 2 * demo - 2 * complained + 1 * firm)));
		return { actions: [demo, opened, complained, place < 4 ? 1 : 0], facts: [firm], converted: unitHash('bought', place) < chance, latest: place % 6 === 5 };
	});
}

test('the regression finds the weights that made the outcomes, and a standing coin finds its odds', () => {
	const cases = invented(20_000);
	const weights = fitLogistic(cases.map(({ actions, facts }) => Float64Array.from([1, ...actions.slice(0, 3), ...facts])), Uint8Array.from(cases, ({ converted }) => Number(converted)));
	[-2.5, 2, 0, -2, 1].forEach((weight, place) => expect(Math.abs(weights[place]! - weight)).toBeLessThan(0.2));
	const [odds] = fitLogistic(Array.from({ length: 1_000 }, () => Float64Array.of(1)), Uint8Array.from({ length: 1_000 }, (_, place) => Number(place < 250)));
	expect(odds).toBeCloseTo(Math.log(1 / 3), 6);
});

test('a sign that all buyers share and nobody else gets no endless weight', () => {
	const weights = fitLogistic(Array.from({ length: 200 }, (_, place) => Float64Array.of(1, Number(place < 50))), Uint8Array.from({ length: 200 }, (_, place) => Number(place < 50)));
	expect(weights.every(Number.isFinite)).toBe(true);
	expect(weights[1]).toBeGreaterThan(2);
	expect(weights[1]).toBeLessThan(30);
});

test('suggested points follow what made customers, on the scale of today, and tell better on leads they have not seen', () => {
	const { suggestion, ranking, leads, converted, bands } = calibrate(rules, invented(12_000));
	expect(leads).toBe(12_000);
	expect(bands.reduce((sum, band) => sum + band.leads, 0)).toBe(leads);
	expect(bands.reduce((sum, band) => sum + band.converted, 0)).toBe(converted);
	const [demo, opened, complained, rare, firm] = suggestion!.points;
	expect(demo!.suggested).toBeGreaterThan(2 * firm!.suggested - 4);
	expect(firm!.suggested).toBeGreaterThan(5);
	expect(complained!.suggested).toBeLessThan(-10);
	expect(Math.abs(opened!.suggested)).toBeLessThan(4);
	expect(rare).toMatchObject({ suggested: 7, tooFew: true, leads: 4 });
	expect(ranking!.suggested).toBeGreaterThan(ranking!.now + 0.1);
	expect(leadRules.safeParse(suggestion!.rules).success).toBe(true);
	// About as many are warm and hot as before.
	const hotNow = bands.at(-1)!.leads;
	const hotThen = calibrate(suggestion!.rules, invented(12_000)).bands.at(-1)!.leads;
	expect(hotThen).toBeGreaterThanOrEqual(hotNow * 0.8);
});

test('bands: a score that tells shows a share that rises', () => {
	const telling = leadRules.parse({ actions: [{ eventType: 'demo', points: 20 }, { eventType: 'opened', points: 0 }, { eventType: 'complained', points: -20 }, { eventType: 'rare', points: 0 }], facts: [{ conditions: [{ field: 'x', operator: 'exists' }], points: 10 }], mql: 10, sql: 20 });
	const shares = calibrate(telling, invented(12_000)).bands.filter(({ leads }) => leads > 100).map(({ leads, converted }) => converted / leads);
	expect(shares.length).toBeGreaterThanOrEqual(3);
	expect([...shares].sort((a, b) => a - b)).toEqual(shares);
});

test('bands: who has no points stands in the band that begins at 0, not below it', () => {
	const standing = (points: number): LeadCase => ({ actions: [points / 10, 0, 0, 0], facts: [0], converted: false, latest: false });
	const { bands } = calibrate(rules, [0, 0, 0, 5, 10, 25, 50].map(standing).concat({ actions: [0, 0, 1, 0], facts: [0], converted: false, latest: false }));
	expect(bands.map(({ from, to, leads }) => [from, to, leads])).toEqual([[null, 0, 1], [0, 10, 4], [10, 20, 1], [20, 40, 1], [40, null, 1]]);
});

test('ranking is the share of pairs in which the one who bought has more points, equals as half', () => {
	const earlier = invented(2_000).map((one) => ({ ...one, latest: false }));
	const standing = (demos: number, converted: boolean): LeadCase => ({ actions: [demos, 0, 0, 0], facts: [0], converted, latest: true });
	const now = (buyers: number[], others: number[]) => calibrate(rules, [...earlier, ...buyers.map((demos) => standing(demos, true)), ...others.map((demos) => standing(demos, false))]).ranking?.now;
	expect(now([1, 1.5, 2], [0, 0, 0.5])).toBe(1);
	expect(now([0, 0, 0.5], [1, 1.5, 2])).toBe(0);
	expect(now([1, 1], [1, 1, 1])).toBe(0.5);
	expect(now([1, 0], [0, 0])).toBe(0.75);
	expect(now([1, 2], [])).toBeUndefined();
});

test('too few customers, or nobody: figures without a suggestion', () => {
	expect(calibrate(rules, [])).toMatchObject({ leads: 0, converted: 0, suggestion: null, ranking: null });
	expect(calibrate(rules, invented(100).map((one, place) => ({ ...one, converted: place < 19 })))).toMatchObject({ suggestion: null });
});

onEachStore('Leads of the past', (open) => {
	test('who was known and had not ordered stands as then; what came later is not seen; orders of the horizon count', async () => {
		const { store } = await open();
		await store.run('leads.save', { rules: { actions: [{ eventType: 'demo', points: 10, halfLifeDays: 30, most: 20 }], facts: [{ conditions: [{ field: 'phone', operator: 'exists' }], points: 5 }], mql: 10, sql: 20 } });
		const event = (id: string, ago: number) => ({ ref: { customerId: id }, type: 'demo', occurredAt: START_MS - ago * DAY, source: 's', eventId: `${id}-${ago}`, properties: {} });
		await store.run('import.events', { items: [event('anna', 60), event('anna', 60.5), event('anna', 61), event('anna', 10), event('bob', 20), event('old', 200)] });
		const order = (id: string, ago: number) => ({ ref: { customerId: id }, source: 's', orderId: `${id}-${ago}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'placed' as const, lines: [] });
		await store.run('orders.record', { backfill: true, items: [order('anna', 5), order('old', 100)] });
		const page = await store.run('leads.page', { after: 0, cuts: [START_MS - 60 * DAY, START_MS - 30 * DAY], horizonMs: 30 * DAY });
		expect(page.next).toBeNull();
		// Three demos count as two, which is the limit; `old` was a customer already, `bob` unknown.
		expect(page.cases).toEqual([
			{ actions: [2], facts: [0], converted: false, latest: false },
			{ actions: [expect.closeTo(1.48, 1)], facts: [0], converted: true, latest: true },
		]);
		// Today: three demos of two months ago are worth 7.5, the one of ten days ago 7.9.
		expect(page.levels).toEqual({ cold: 2, warm: 1, hot: 0 });
	});
});
