import { openFreshStore, STORE_KINDS } from '../support/stores';
import type { Store } from '../../src/store/Store';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;

const journey = (key: string, debounceMs: number) => ({
	settings: { key, name: key, entry: { eventType: `${key}_started`, entryKey: { kind: 'event' as const }, debounceMs } },
	workflowId: `w-${key}`,
	workflowName: key,
	nodeId: `n-${key}`,
	activation: 'activate' as const,
});

async function start(store: Store, key: string, customer: string): Promise<void> {
	await store.run('events.track', { items: [{ ref: { customerId: customer }, type: `${key}_started`, occurredAt: NOW, source: 'test', eventId: `${key}-${customer}`, properties: {} }] });
}

describe.each(STORE_KINDS)('journeys.nextDue on %s', (kind) => {
	test('gives the earliest instant strictly after another, over held entries, waits and batches under a lease', async () => {
		const store = await openFreshStore(kind, { mode: 'frozen', atMs: NOW });
		const next = async (after: number) => (await store.run('journeys.nextDue', { after })).at;
		expect(await next(NOW)).toBeNull();

		await store.run('journeys.register', journey('soon', 10 * MINUTE));
		await store.run('journeys.register', journey('late', 30 * MINUTE));
		await start(store, 'late', 'ann');
		await start(store, 'soon', 'bob');
		expect([await next(NOW), await next(NOW + 10 * MINUTE - 1), await next(NOW + 10 * MINUTE), await next(NOW + 30 * MINUTE)]).toEqual([NOW + 10 * MINUTE, NOW + 10 * MINUTE, NOW + 30 * MINUTE, null]);

		await store.run('clock.set', { atMs: NOW + 10 * MINUTE });
		const lane = { workflowId: 'w-soon', stepKey: 'entry', journeyKey: 'soon' };
		const { batch } = await store.run('journeys.takeBatch', { ...lane, leaseMs: 5 * MINUTE });
		expect(await next(NOW + 10 * MINUTE)).toBe(NOW + 15 * MINUTE);

		const { items } = await store.run('journeys.claimBatch', { ...batch!, ...lane, skipMovedOn: false });
		const parking = { index: 0, journey: items[0]!.journey, own: {}, wait: { kind: 'delay' as const, length: { amount: 1, unit: 'minutes' as const } } };
		await store.run('journeys.park', { workflowId: 'w-soon', stepKey: 'wait', nodeName: 'Wait', parkings: [parking] });
		await store.run('journeys.settleBatch', { ...batch!, outcome: 'success' });
		expect([await next(NOW + 10 * MINUTE), await next(NOW + 11 * MINUTE)]).toEqual([NOW + 11 * MINUTE, NOW + 30 * MINUTE]);

		// A batch that failed rests for a minute, then it is offered again.
		await store.run('clock.set', { atMs: NOW + 30 * MINUTE });
		const failing = await store.run('journeys.takeBatch', { workflowId: 'w-late', stepKey: 'entry', journeyKey: 'late' });
		await store.run('journeys.settleBatch', { ...failing.batch!, outcome: 'failed', error: 'no' });
		expect(await next(NOW + 30 * MINUTE)).toBe(NOW + 31 * MINUTE);
	});

	test('says apart when a segment that journeys listen to is looked at again, which has no end', async () => {
		const store = await openFreshStore(kind, { mode: 'frozen', atMs: NOW });
		const next = async (after: number) => await store.run('journeys.nextDue', { after });
		await store.run('segments.save', { name: 'quiet', rules: { match: 'all', rules: [{ about: 'order', which: 'last', is: 'longerAgo', days: 60 }] } });
		await store.run('segments.save', { name: 'german', rules: { match: 'all', rules: [{ about: 'profile', field: 'country', operator: 'equals', value: 'DE' }] } });
		expect(await next(NOW)).toEqual({ filling: false, at: null, roundAt: null });
		const listen = async (segment: string) => {
			await store.run('journeys.register', { ...journey(segment, 0), settings: { key: segment, name: segment, entry: { eventType: 'segment_entered', filter: [{ field: 'segment', operator: 'equals', value: segment }], entryKey: { kind: 'event' as const } } } });
			for (let work = (await store.run('segments.look', { name: segment })).work; work; work = (await store.run('segments.look', { name: segment })).work) await store.run('segments.keepUp', work);
		};
		await listen('german');
		// What time cannot change is looked at once a day all the same.
		expect(await next(NOW)).toEqual({ filling: false, at: null, roundAt: NOW + 24 * 60 * MINUTE });
		await listen('quiet');
		expect(await next(NOW)).toEqual({ filling: false, at: null, roundAt: NOW + 15 * MINUTE });
		expect((await next(NOW + 15 * MINUTE)).roundAt).toBe(NOW + 24 * 60 * MINUTE);
	});
});
