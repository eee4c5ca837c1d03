import { refresh } from '../../src/features/refresh';
import { DEFAULT_RFM_MAP } from '../../src/segments/rfmGroups';
import { rfmMapSvg } from '../../src/segments/rfmMapSvg';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

describe('The map of RFM', () => {
	test('shows every field with its group, its customers and their share; a field without customers is pale', () => {
		const svg = rfmMapSvg([{ r: 5, f: 5, m: 4, customers: 30 }, { r: 5, f: 4, m: 5, customers: 1 }, { r: 1, f: 1, m: 1, customers: 1_969 }], DEFAULT_RFM_MAP, 'Shop <A> & B');
		// 5 and 4 make 4.5: the better field, as the group goes.
		expect(svg.match(/opacity="1"/g)).toHaveLength(2);
		expect(svg.match(/opacity="0.45"/g)).toHaveLength(23);
		expect(svg).toMatch(/>Champions<\/text><text[^>]*>31 · 1.6 %</);
		expect(svg).toMatch(/>Lost<\/text><text[^>]*>1,969 · 98 %</);
		expect(svg).toContain('Shop &lt;A&gt; &amp; B');
		expect(rfmMapSvg([], DEFAULT_RFM_MAP, '')).toContain('0 · 0 %');
		expect(svg).not.toMatch(/NaN|undefined/);
	});
});

onEachStore('The overview of RFM', (open) => {
	test('counts whoever has scores, after a refresh', async () => {
		const { store } = await open();
		expect(await store.run('segments.rfmOverview', {})).toMatchObject({ asOf: null, cells: [], map: DEFAULT_RFM_MAP });
		await store.run('orders.record', { backfill: true, items: Array.from({ length: 12 }, (_, place) => ({ ref: { customerId: `c${place % 5}` }, source: 's', orderId: `o${place}`, orderedAt: START_MS - place * 20 * DAY, currency: 'EUR', status: 'paid' as const, totalE4: 10_000 * (place + 1), lines: [] })) });
		await refresh(store, { owner: 'test' });
		const { asOf, currency, cells } = await store.run('segments.rfmOverview', {});
		expect({ asOf, currency, customers: cells.reduce((sum, one) => sum + one.customers, 0), revenueE4: cells.reduce((sum, one) => sum + one.revenueE4, 0) }).toEqual({ asOf: START_MS, currency: 'EUR', customers: 5, revenueE4: 780_000 });
	});
});
