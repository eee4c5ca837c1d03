import { plainDay } from '../../src/ingest/instants';
import { readPlainSubscription } from '../../src/ingest/plainFields';
import { isSameDate, runsLonger } from '../../src/ingest/subscriptionDates';
import { onEachStore, START_MS } from '../support/eachStore';
import { recordsOf, rowsOf } from './import/files';

const HOUR = 3_600_000;

test('a day without a time is a day, everything else is an instant', () => {
	expect(['2026-06-01', ' 20260601 ', '2026-02-30', '2026-06-01T00:00:00', '1780000000', 20260601, null, undefined].map(plainDay)).toEqual(['2026-06-01', '2026-06-01', undefined, undefined, undefined, undefined, undefined, undefined]);
	const read = (fields: object) => readPlainSubscription({ subscription_id: 's', customer_id: 'c', ...fields }, { nowMs: 0, timeZone: 'Europe/Berlin', currency: 'EUR', source: 's', defaultCountry: undefined, keepUnknownAsAttributes: false }).record;
	expect(read({ expires_at: '2026-06-01', starts_at: '2025-06-01 09:00' })).toEqual({ ref: { customerId: 'c' }, subscriptionId: 's', source: 's', expiresOn: '2026-06-01', startsAt: Date.parse('2025-06-01T07:00:00Z') });
	expect(read({ renews_at: '2026-06-01T10:00:00Z' })).toMatchObject({ expiresAt: Date.parse('2026-06-01T10:00:00Z') });
	expect(() => read({ expires_at: '2026-02-30' })).toThrow(/expires_at is not an instant/);
});

test('files say days in the same way', async () => {
	const rows = await rowsOf('subscriptions', 'subscription_id,customer_id,starts_at,expires_at\ns1,c1,2025-06-01,2026-06-01T10:00:00Z\ns2,c1,,2026-02-30\n');
	expect(recordsOf(rows)).toEqual([{ ref: { customerId: 'c1' }, source: 'shop', subscriptionId: 's1', startsOn: '2025-06-01', expiresAt: Date.parse('2026-06-01T10:00:00Z') }]);
	expect(rows[1]).toMatchObject({ reason: expect.stringContaining('expires_at is not an instant') });
});

test('the same day is the same date wherever its midnight is; longer is a later day, or later by more than clocks differ', () => {
	const [day, next] = ['2026-06-01', '2026-06-02'];
	expect(isSameDate({ at: 0, on: day }, { at: 6 * HOUR, on: day })).toBe(true);
	expect([isSameDate({ at: 0, on: day }, { at: 0, on: next }), isSameDate({ at: 0, on: null }, { at: 0, on: day }), isSameDate({ at: 5, on: null }, { at: 5, on: null })]).toEqual([false, false, true]);
	const until = (expires_at: number | null, expires_on: string | null = null) => ({ expires_at, expires_on });
	expect(runsLonger(until(0, day), until(6 * HOUR, day))).toBe(false);
	expect(runsLonger(until(6 * HOUR, day), until(0, next))).toBe(true);
	expect([26, 27].map((hours) => runsLonger(until(0), until(hours * HOUR, day)))).toEqual([false, true]);
	expect([runsLonger(until(0), until(1)), runsLonger(until(null), until(1))]).toEqual([true, false]);
});

onEachStore('Dates of subscriptions given as days', (open) => {
	test('sent again after the customer has moved, or after it was known as an instant, is no renewal; a later day is', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c' }, timeZone: 'Asia/Tokyo' }] });
		const send = async (more: object) => {
			const [answer] = await store.run('subscriptions.upsert', { items: [{ ref: { customerId: 'c' }, source: 'shop', subscriptionId: 's', updatedAt: START_MS, ...more }] });
			return answer.ok ? answer.result : answer.message;
		};
		expect([await send({ expiresAt: Date.parse('2026-05-31T22:00:00Z') }), await send({ expiresOn: '2026-06-01', updatedAt: START_MS + 1 }), await send({ expiresOn: '2026-06-01', updatedAt: START_MS + 2 })]).toEqual(['created', 'updated', 'unchanged']);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c' }, timeZone: 'America/New_York' }] });
		expect(await send({ expiresOn: '2026-06-01', updatedAt: START_MS + 3 })).toBe('unchanged');
		expect(await send({ expiresOn: '2026-05-01', updatedAt: START_MS })).toBe('older');
		expect(await send({ expiresOn: '2027-06-01', updatedAt: START_MS + 4 })).toBe('updated');
		const { events, subscriptions } = await store.run('customers.record', { ref: { customerId: 'c' } });
		expect(events.map(({ type }) => type).sort()).toEqual(['subscription_renewed', 'subscription_started']);
		expect(events.find(({ type }) => type === 'subscription_renewed')?.properties).toMatchObject({ expires_on: '2027-06-01', expires_at: '2027-06-01T04:00:00.000Z' });
		expect(subscriptions).toMatchObject([{ expiresAt: Date.parse('2027-06-01T04:00:00Z') }]);
		// A time again: then it is an instant, and no day any more.
		expect(await send({ expiresAt: Date.parse('2027-06-01T12:00:00Z'), updatedAt: START_MS + 5 })).toBe('updated');
		expect((await store.run('customers.export', { ref: { customerId: 'c' } })).subscriptions).toMatchObject([{ expiresOn: null }]);
	});
});
