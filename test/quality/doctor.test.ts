import { dataQuality } from '../../src/cli/dataQuality';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

onEachStore('Data quality', (open) => {
	test('duplicates with the one to keep, bad addresses and phones, impossible dates, incomplete cards; the erased and the merged are nobody', async () => {
		const { store } = await open();
		const order = (customerId: string, orderId: string) => ({ ref: { customerId }, source: 's', orderId, orderedAt: START_MS - DAY, currency: 'EUR', status: 'placed' as const, lines: [] });
		await store.run('customers.upsert', {
			items: [
				{ ref: { customerId: 'anna', email: 'anna.smith@gmail.com' }, firstName: 'Anna', lastName: 'Smith', country: 'GB' },
				{ ref: { customerId: 'anna2', email: 'annasmith+shop@gmail.com' }, firstName: 'Anna', lastName: 'Smith', country: 'GB' },
				{ ref: { customerId: 'none', email: 'noemail@shop.com' }, firstName: 'X', country: 'GB' },
				{ ref: { customerId: 'phone', phone: '+442079460018' }, lastName: 'Y', timeZone: 'Europe/London' },
				{ ref: { customerId: 'badphone', phone: '+1212555' }, lastName: 'Z', timeZone: 'America/New_York' },
				{ ref: { customerId: 'old', email: 'old@example.net' }, firstName: 'O', birthDate: '1790-01-01', country: 'DE' },
				{ ref: { customerId: 'bare' } },
				{ ref: { customerId: 'home1' }, firstName: 'Otto', lastName: 'Schmidt', attributes: { address: { Street: 'Hauptstr. 5', zip: '10115' } } },
				{ ref: { customerId: 'home2' }, firstName: 'Otto', lastName: 'Schmitd', attributes: { street: 'Hauptstr 5', postal_code: 10115 } },
				{ ref: { customerId: 'twin1' }, firstName: 'Eva', lastName: 'Braune', birthDate: '1990-05-17' },
				{ ref: { customerId: 'twin2' }, firstName: 'Eva', lastName: 'Braune', birthDate: '1990-05-17' },
			],
		});
		await store.run('orders.record', { items: [order('anna2', '1'), order('anna2', '2'), order('anna', '3')] });
		await store.run('customers.erase', { ref: { customerId: 'twin2' } });
		const { findings, duplicates } = await dataQuality(store);
		expect(Object.fromEntries(findings.map(({ check, count }) => [check, count]))).toEqual({ 'duplicate-customers': 2, 'incomplete-cards': 4, 'malformed-emails': 1, 'malformed-phones': 1, 'impossible-dates': 1 });
		expect(duplicates).toEqual([
			{ customer: 'anna2', other: 'anna', why: ['the same e-mail but for dots, tags or case', 'the same name'], sure: 'likely' },
			{ customer: 'home1', other: 'home2', why: ['the same address', 'a name that differs by a slip of the pen'], sure: 'possible' },
		]);
		expect(findings.find(({ check }) => check === 'incomplete-cards')?.text).toBe('4 cards (40 %) without a name, a way to reach the customer, or a country or time zone.');
		await store.run('customers.merge', { survivor: { customerId: 'anna2' }, other: { customerId: 'anna' } });
		expect((await dataQuality(store)).duplicates.map(({ customer }) => customer)).toEqual(['home1']);
	});

	test('finds in deliberately bad data, line by line, what it looks for: duplicates, contacts, dates, currencies, incomplete cards', async () => {
		const { store } = await open();
		const profile = { firstName: 'Anna', lastName: 'Petrova', country: 'GB' };
		await store.run('customers.upsert', {
			items: [
				...Array.from({ length: 20 }, (_, place) => ({ ref: { customerId: `sound ${place}`, email: `sound${place}@example.net` }, firstName: ['Ada', 'Ben', 'Cleo', 'Dora'][place % 4], lastName: `Of${'abcdefghijklmnopqrst'[place].repeat(7)}`, country: 'DE' })),
				{ ref: { customerId: 'by e-mail 1', email: 'a.petrova@googlemail.com' }, ...profile },
				{ ref: { customerId: 'by e-mail 2', email: 'apetrova+news@gmail.com' }, ...profile },
				{ ref: { customerId: 'by phone 1', phone: '+442079460011' }, firstName: 'Piotr', lastName: 'Nowak', country: 'GB' },
				{ ref: { customerId: 'by phone 2', phone: '+48442079460011' }, firstName: 'Nowak', lastName: 'Piotr', country: 'PL' },
				{ ref: { customerId: 'by name 1', email: 'm1@example.net' }, firstName: 'Jürgen', lastName: 'Müller', country: 'DE', attributes: { street: 'Lindenweg 3', zip: '50667' } },
				{ ref: { customerId: 'by name 2', email: 'm2@example.net' }, firstName: 'Jurgen', lastName: 'Mueler', country: 'DE', attributes: { address: { line1: 'Lindenweg 3', postcode: '50667' } } },
				{ ref: { customerId: 'unborn', email: 'unborn@example.net' }, firstName: 'U', birthDate: '2027-01-01', country: 'DE' },
				{ ref: { customerId: 'no contact' }, firstName: 'N', country: 'DE' },
				{ ref: { customerId: 'stand-in', email: 'test@test.com' }, firstName: 'S', country: 'DE' },
			],
		});
		const order = (orderId: string, orderedAt: number, currency: string) => ({ ref: { customerId: 'sound 1' }, source: 's', orderId, orderedAt, currency, status: 'placed' as const, totalE4: 100_000, lines: [] });
		await store.run('orders.record', { backfill: true, items: [...Array.from({ length: 150 }, (_, place) => order(`eur ${place}`, START_MS - place * DAY, 'EUR')), ...Array.from({ length: 50 }, (_, place) => order(`usd ${place}`, START_MS - place * DAY, 'USD')), order('jpy', START_MS - DAY, 'JPY'), order('epoch', 0, 'EUR'), order('future', START_MS + 400 * DAY, 'EUR')] });
		await store.run('subscriptions.upsert', { items: [{ ref: { customerId: 'sound 2' }, source: 's', subscriptionId: 'backwards', startsAt: START_MS, expiresAt: START_MS - DAY }] });
		const { findings, duplicates } = await dataQuality(store);
		const all = Object.fromEntries([...findings, ...(await store.run('doctor.check', {})).findings].filter(({ level }) => level !== 'ok').map(({ check, count, text }) => [check, { count, text }]));
		expect(duplicates.map(({ customer, other, sure }) => [customer, other, sure])).toEqual([['by e-mail 1', 'by e-mail 2', 'likely'], ['by phone 1', 'by phone 2', 'likely'], ['by name 1', 'by name 2', 'possible']]);
		expect(Object.fromEntries(Object.entries(all).map(([check, { count }]) => [check, count]))).toMatchObject({ 'duplicate-customers': 3, 'customers-without-contact': 1, 'malformed-emails': 1, 'impossible-dates': 1, 'orders-before-1995': 1, 'orders-in-the-future': 1, 'subscriptions-backwards': 1, 'several-currencies': 3, 'incomplete-cards': 1 });
		expect(all['incomplete-cards'].text).toMatch(/^1 card \(3 %\) without/);
		expect(all['several-currencies'].text).toBe('currencies are in use (EUR 75 %, USD 25 %, JPY under 1 % of the orders): revenue, RFM and value of customers count the money of orders in EUR only; other orders count as orders');
	});

	test('an empty store has nothing to say', async () => {
		const { store } = await open();
		const { findings, duplicates } = await dataQuality(store);
		expect(findings.every(({ level, text }) => level === 'ok' && text === 'None.')).toBe(true);
		expect(duplicates).toEqual([]);
	});
});
