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

	test('an empty store has nothing to say', async () => {
		const { store } = await open();
		const { findings, duplicates } = await dataQuality(store);
		expect(findings.every(({ level, text }) => level === 'ok' && text === 'None.')).toBe(true);
		expect(duplicates).toEqual([]);
	});
});
