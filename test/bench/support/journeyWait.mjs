import path from 'node:path';
import { createRequire } from 'node:module';
import { timed, until } from './benchN8n.mjs';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const BATCH = 1_000;
const dist = path.join(process.env.E2E_PACKAGE_FOLDER ?? path.join(import.meta.dirname, '..', '..', '..'), 'dist');
const { openStore } = createRequire(import.meta.url)(path.join(dist, 'src', 'store', 'open.js'));

const node = (id, type, parameters, x) => ({ id, name: id, type, typeVersion: 1, position: [x, 0], parameters });
const workflow = {
	name: 'Journey Wait',
	settings: { saveDataSuccessExecution: 'none' },
	nodes: [
		// Everybody enters ten minutes after the event, so that entering has an instant to be timed from.
		node('Enter', 'n8n-nodes-customer-journeys.journeyTrigger', { eventType: 'bench_started', quietFor: 10, options: { journeyKey: 'bench' } }, 0),
		node('Wait', 'n8n-nodes-customer-journeys.journeyWait', { waitFor: 'delay', amount: 1, unit: 'hours', options: { stepKey: 'wait' } }, 200),
		node('Done', 'n8n-nodes-base.noOp', {}, 400),
	],
	connections: { Enter: { main: [[{ node: 'Wait', type: 'main', index: 0 }]] }, Wait: { main: [[{ node: 'Done', type: 'main', index: 0 }]] } },
};

/** Customers who are known already send one event each, enter a journey, wait for an hour and go on. */
export async function journeyWait(n8n, customers) {
	const store = await openStore({ kind: 'file', file: n8n.storeFile }, { testClock: { mode: 'offset', offsetMs: 0 } });
	try {
		const refs = Array.from({ length: customers }, (_, index) => ({ customerId: `c${index}`, email: `c${index}@example.com` }));
		for (const some of chunks(refs)) await store.run('customers.upsert', { items: some.map((ref) => ({ ref, firstName: 'Ada', timeZone: 'Europe/Berlin' })) });
		const id = await n8n.publish(workflow);
		await until('the journey is registered', async () => (await step(store, 'entry'))?.on);

		const startedAt = performance.now();
		const takenIn = await timed(customers, () => track(store, refs));
		await store.run('clock.advance', { byMs: 10 * MINUTE });
		const entered = await timed(customers, () => until('everybody has entered and is parked', () => nothingDueFor(store, 30 * MINUTE)));
		const parked = { count: customers, seconds: (performance.now() - startedAt) / 1000 };
		await mustWait(store, customers);

		await store.run('clock.advance', { byMs: HOUR });
		const released = await timed(customers, () => until('everybody is released', () => nothingDueFor(store, Number.POSITIVE_INFINITY)));
		await mustWait(store, 0);
		n8n.mustBeDone(id);
		await n8n.rest.unpublish(id);
		return { takenIn, entered, parked, released };
	} finally {
		await store.close();
	}
}

async function track(store, refs) {
	const { now } = await store.run('store.info', {});
	for (const some of chunks(refs)) {
		const answers = await store.run('events.track', {
			items: some.map((ref) => ({ ref: { customerId: ref.customerId }, type: 'bench_started', occurredAt: now, eventId: `start-${ref.customerId}`, source: 'bench', properties: { cart_id: `cart-${ref.customerId}`, total: '40.00', currency: 'EUR' } })),
		});
		const refused = answers.find((answer) => !answer.ok);
		if (refused) throw new Error(`An event was refused: ${JSON.stringify(refused)}`);
	}
}

async function step(store, key) {
	return (await store.run('journeys.waiting', { journey: 'bench' })).find((row) => row.step === key);
}

/** No wait and no batch under way ends within that time. Two look-ups in an index, so that looking costs next to nothing. */
async function nothingDueFor(store, milliseconds) {
	const [{ now }, { at }] = [await store.run('store.settings', {}), await store.run('journeys.nextDue', { after: 0 })];
	return at === null || at > now + milliseconds;
}

async function mustWait(store, customers) {
	const { waiting, inRelease } = await step(store, 'wait');
	if (waiting !== customers || inRelease !== 0) throw new Error(`${waiting} customers wait and ${inRelease} are on their way, not ${customers} and 0.`);
}

function chunks(list) {
	return Array.from({ length: Math.ceil(list.length / BATCH) }, (_, index) => list.slice(index * BATCH, (index + 1) * BATCH));
}
