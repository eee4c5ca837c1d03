/**
 * Events taken in a second, 1,000 a call: by a shop of known customers with a journey that waits for another kind of event
 * and listens for its goal, as most events are. Every one is stored once, under its id, and looked at by the journeys.
 *
 *   node scripts/run.mjs scripts/bench.mjs ingest [--events 100000] [--customers 20000]
 */
import { parseArgs } from 'node:util';
import { load, measured, number, promised, say } from './support/figures.mjs';
import { openJourney } from './support/parked.mjs';
import { Places } from './support/places.mjs';

const BATCH = 1_000;
const PROMISED = 30_000;
const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' }, customers: { type: 'string', default: '20000' } } });
const [events, customers] = [Number(values.events), Number(values.customers)];

await Places.with(async (places) => {
	const server = await places.postgres();
	for (const kind of ['PostgreSQL', 'SQLite']) {
		const store = await openJourney(places, kind, 'ingest');
		for (let first = 0; first < customers; first += BATCH) await store.run('customers.upsert', { items: Array.from({ length: BATCH }, (_, index) => ({ ref: { customerId: `c${first + index}`, email: `c${first + index}@example.com` } })) });
		const { now } = await store.run('store.info', {});
		const call = (first, from) => store.run('events.track', { items: Array.from({ length: BATCH }, (_, index) => eventOf(first + index, from)) });
		for (let first = 0; first < 10 * BATCH; first += BATCH) await call(first, 'warm');
		const figures = await measured(
			events,
			async () => {
				// The next call is made while the store works on the last one, as a busy n8n does.
				let before = Promise.resolve([]);
				for (let first = 0; first < events; first += BATCH) {
					const next = call(first, 'shop');
					mustBeAccepted(await before);
					before = next;
				}
				mustBeAccepted(await before);
			},
			kind === 'PostgreSQL' ? server : undefined,
		);
		say(`${kind.padEnd(11)} ${number(figures.perSecond).padStart(8)} events/s  ${number(figures.perCpuSecond).padStart(8)} per second of processor time (${load()})`);
		promised(`${number(PROMISED)} events/s`, figures.perSecond >= PROMISED);

		function eventOf(index, from) {
			return { ref: { customerId: `c${index % customers}` }, type: 'product_viewed', occurredAt: now - (events - index), eventId: `${from}-${index}`, source: 'bench', properties: { product_id: `p${index % 500}`, price: '19.90', currency: 'EUR' } };
		}
	}
});

function mustBeAccepted(answers) {
	const other = answers.find((answer) => answer.result !== 'accepted');
	if (other) throw new Error(`An event was not accepted: ${JSON.stringify(other)}`);
}
