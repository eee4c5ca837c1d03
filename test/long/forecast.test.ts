import { DatabaseSync } from 'node:sqlite';
import { performance } from 'node:perf_hooks';
import { forecast } from '../../src/policy/forecast/forecast';
import { openStore } from '../../src/store/open';
import { Journey } from '../policy/forecast/journeyOnCanvas';
import { DAY, HOUR, START_MS } from '../support/eachStore';
import { freshSqliteFile } from '../support/stores';

const CUSTOMERS = Number(process.env.FORECAST_CUSTOMERS ?? 100_000);

test(`a forecast of 14 days over ${CUSTOMERS} waiting customers`, async () => {
	const file = freshSqliteFile();
	const store = await openStore({ kind: 'file', file }, { thread: false, testClock: { mode: 'frozen', atMs: START_MS } });
	await store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' }, { id: 'any-7d', scope: { any: true }, limit: 3, window: 'P7D' }, { id: 'gap', scope: { any: true }, minGap: 'PT4H' }], quietHours: [{ start: '21:00', end: '09:00' }] } });
	const journeys = [new Journey({ store }, 'cart'), new Journey({ store }, 'win-back', 80)];
	const known = Array.from({ length: 200 }, (_, index) => `old${index}`);
	await store.run('customers.upsert', { items: known.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
	for (const [turn, journey] of journeys.entries()) {
		await journey.switchOn();
		await journey.enter(...known);
		await store.run('clock.advance', { byMs: HOUR });
		for (let round = 0; round < 2; round++) {
			await journey.goOn();
			await store.run('clock.advance', { byMs: (turn + 1) * DAY });
		}
	}
	await store.run('clock.advance', { byMs: 40 * DAY });
	await journeys[0]!.enter('old0');
	await journeys[1]!.enter('old1');
	const { now } = await store.run('store.settings', {});
	fill(file, now);
	const from = performance.now();
	let peak = 0;
	const result = await forecast(store, { days: 14, seed: '1', progress: () => (peak = Math.max(peak, process.memoryUsage().rss)) });
	const seconds = (performance.now() - from) / 1000;
	console.log(`forecast: ${result.basis.waiting} waiting customers, ${result.totals.demand} messages over 14 days in ${seconds.toFixed(1)} s (${Math.round(result.basis.customers / seconds)} customers/s), at most ${Math.round(peak / 2 ** 20)} MiB`);
	await store.close();
	expect(result.basis.waiting).toBe(CUSTOMERS + 2);
	expect(result.totals.demand).toBeGreaterThan(CUSTOMERS / 2);
	expect(result.totals.sendable + result.totals.held + result.totals.dropped).toBe(result.totals.demand);
	expect(seconds).toBeLessThan(CUSTOMERS / 300);
	expect(peak).toBeLessThan(1.5 * 2 ** 30);
}, 3_600_000);

/** Copies of the two who wait now, each a customer of their own who waits for any minute of the next ten days, with some messages of the last days. */
function fill(file: string, now: number): void {
	const database = new DatabaseSync(file);
	const count = { count: CUSTOMERS, now, day: DAY };
	const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)';
	const run = (sql: string, named: Record<string, number>) => {
		const statement = database.prepare(sql);
		statement.setAllowUnknownNamedParameters(true);
		statement.run(named);
	};
	database.exec('BEGIN');
	run(`${numbers} INSERT INTO customer (id, key, email, created_at, updated_at) SELECT 1000000 + i, 'c' || i, 'c' || i || '@example.com', :now, :now FROM n`, count);
	run(`${numbers} INSERT INTO enrolment (id, journey_key, journey_version, customer_id, entry_key, generation, entered_at, status, step_key, visit)
		SELECT 1000000 + i, CASE i % 2 WHEN 0 THEN 'cart' ELSE 'win-back' END, 1, 1000000 + i, 'e' || i, 1, :now - i % 1000, 'waiting', 'wait', 2 FROM n`, count);
	run(`${numbers} INSERT INTO wait (step_id, due_at, enrolment_id, visit, customer_id, parked_at, spec, item)
		SELECT w.step_id, :now + (i * 7919) % (10 * :day), 1000000 + i, 2, 1000000 + i, :now, w.spec, w.item
		FROM n JOIN (SELECT w.*, s.journey_key FROM wait w JOIN journey_step s ON s.id = w.step_id WHERE s.step_key = 'wait') w ON w.journey_key = CASE i % 2 WHEN 0 THEN 'cart' ELSE 'win-back' END`, count);
	for (let sent = 0; sent < 3; sent++) {
		run(`${numbers} INSERT INTO touch (customer_id, ts, channel, category, tags, class, journey_key, state, priority, exempt, idem_key, policy_version)
			SELECT 1000000 + i, :now - (i * ${31 + sent} * 104729) % (9 * :day), 'email', 'promo', '[]', 'marketing', CASE (i + ${sent}) % 3 WHEN 0 THEN 'cart' WHEN 1 THEN 'win-back' ELSE 'news' END, 'committed', 50, '[]', 't${sent}-' || i, '1' FROM n`, count);
	}
	database.exec('COMMIT');
	database.close();
}
