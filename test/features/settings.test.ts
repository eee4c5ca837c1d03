import { FAMILIES } from '../../src/features/families';
import { SETTINGS_OF } from '../../src/features/familySettings';
import { DEFAULT_RFM_MAP } from '../../src/segments/rfmGroups';
import { RFM_DEFAULTS } from '../../src/segments/rfmDefaults';
import { rfmSettingsInWords } from '../../src/segments/rfmSettingsInWords';
import { worthInWords } from '../../src/value/worthInWords';
import { WORTH_DEFAULTS } from '../../src/value/worthDefaults';
import { onEachStore } from '../support/eachStore';

test('the defaults of every family are settings that it takes', () => {
	for (const { name, defaults } of FAMILIES) expect(SETTINGS_OF.get(name)?.parse(defaults)).toEqual(defaults);
	expect(SETTINGS_OF.size).toBe(FAMILIES.length);
});

test('settings in words: of the map only what was changed', () => {
	expect(rfmSettingsInWords(RFM_DEFAULTS)).toEqual([
		'Orders of the last 24 months count.',
		'Scores are given by fifths of the shop\'s own customers; with fewer than 100 buyers by fixed values.',
		'Fixed values: last order within 30, 90, 180 and 365 days; more than 1, 2, 4 and 9 orders; revenue above 1, 2, 4 and 10 times the mean worth of an order.',
	]);
	const map = DEFAULT_RFM_MAP.map((row, r) => (r === 2 ? row.with(1, 'loyal') : row));
	expect(rfmSettingsInWords({ windowMonths: 1, method: 'thresholds', thresholds: { ...RFM_DEFAULTS.thresholds, revenueE4: [500_000, 1_000_000, 2_000_000, 5_005_000] }, map }).slice(2)).toEqual([
		'Fixed values: last order within 30, 90, 180 and 365 days; more than 1, 2, 4 and 9 orders; revenue above 50.00, 100.00, 200.00 and 500.50.',
		'Recency 3, frequency and revenue 2: Loyal instead of Need attention.',
	]);
	expect(worthInWords(WORTH_DEFAULTS)).toEqual(['Values are margin where the catalogue says what is left of products, and of other goods as much is taken to be left; where it says nothing at all, they are revenue.', 'Lifetime value is what a customer has brought, and what is expected over the next 1095 days.', 'What comes a year later is worth 10 % less.']);
	expect(worthInWords({ discountRate: 0, horizonDays: 365, marginShare: 0.355 })).toEqual(['Values are margin: what the catalogue says is left of a product, and 35.5 % of the revenue of all others.', 'Lifetime value is what a customer has brought, and what is expected over the next 365 days.', 'What comes later counts in full.']);
});

onEachStore('Settings of figures', (open) => {
	test('are checked before they are kept, and stand over the defaults', async () => {
		const { store } = await open();
		expect(await store.run('figures.configure', { family: 'value', settings: { marginShare: 0.3 } })).toEqual({ settings: { ...WORTH_DEFAULTS, marginShare: 0.3 }, changed: true });
		expect(await store.run('figures.configure', { family: 'value', settings: { marginShare: 0.3, horizonDays: 1_095 } })).toMatchObject({ changed: false });
		expect((await store.run('figures.settings', {})).value).toEqual({ ...WORTH_DEFAULTS, marginShare: 0.3 });
		const refused = (family: string, settings: object) => expect(store.run('figures.configure', { family, settings })).rejects;
		await refused('vaule', {}).toMatchObject({ code: 'bad_input', message: 'There are no figures called "vaule": choose one of rfm, rhythm, nextPurchase, lifecycle, value.' });
		await refused('value', { marginShare: 1.2 }).toMatchObject({ code: 'bad_input', message: expect.stringContaining('marginShare') as string });
		await refused('value', { marginShare: Number.NaN }).toMatchObject({ code: 'bad_input' });
		await refused('value', { margin: 0.2 }).toMatchObject({ code: 'bad_input', message: expect.stringContaining('margin') as string });
		await refused('rfm', { thresholds: { ...RFM_DEFAULTS.thresholds, orders: [1, 2, 2, 9] } }).toMatchObject({ message: 'These settings of the figures "rfm" cannot be used: thresholds.orders: let the four values ascend, each above the one before.' });
		await refused('rfm', { map: DEFAULT_RFM_MAP.slice(1) }).toMatchObject({ code: 'bad_input' });
		await refused('lifecycle', { dormant: 9 }).toMatchObject({ message: expect.stringContaining('dormant before churned') as string });
		expect((await store.run('figures.settings', {})).value).toEqual({ ...WORTH_DEFAULTS, marginShare: 0.3 });
		expect(await store.run('figures.configure', { family: 'value', settings: null })).toEqual({ settings: WORTH_DEFAULTS, changed: true });
	});
});
