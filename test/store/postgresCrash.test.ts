import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { PostgresStore } from '../../src/store/postgres/postgresStore';
import { dumpStore } from '../support/dumpStore';

type Server = { url: string; order(word: 'crash' | 'start'): Promise<void> };

let child: ChildProcessByStdio<Writable, Readable, null>;
let server: Server;

beforeAll(async () => {
	child = spawn(process.execPath, [path.join(__dirname, 'support', 'crashablePostgres.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async () => JSON.parse(String((await lines.next()).value)) as { url: string };
	server = {
		...(await next()),
		async order(word) {
			child.stdin.write(`${word}\n`);
			await next();
		},
	};
}, 120_000);

afterAll(async () => {
	const gone = once(child, 'exit');
	child.stdin.end();
	await gone;
}, 60_000);

test('a PostgreSQL that crashes while commits are under way loses nothing that was acknowledged, and takes nothing twice', async () => {
	const schema = 'crash';
	const store = await PostgresStore.open({ url: server.url, schema });
	const acknowledged = new Set<string>();
	let stopped = false;
	const worker = async (name: string) => {
		for (let batch = 0; !stopped; batch++) {
			const ids = Array.from({ length: 20 }, (_, index) => `${name}-${batch}-${index}`);
			const items = ids.map((eventId, index) => ({ ref: { customerId: `c${index}` }, type: 'x', occurredAt: 1_700_000_000_000, eventId, source: 't', properties: {} }));
			for (;;) {
				const answers = await store.run('events.track', { items }).catch((error: { code?: string }) => {
					expect(error.code).toBe('store_unavailable');
					return undefined;
				});
				if (!answers) continue;
				// A commit whose answer was lost in the crash shows as a duplicate when it is sent again.
				expect(answers.every((answer) => answer.ok && (answer.result === 'accepted' || answer.result === 'duplicate'))).toBe(true);
				break;
			}
			for (const id of ids) acknowledged.add(id);
		}
	};
	const workers = ['a', 'b', 'c', 'd'].map(worker);
	for (let crash = 1; crash <= 3; crash++) {
		const before = acknowledged.size;
		while (acknowledged.size < before + 200) await new Promise((resolve) => setTimeout(resolve, 10));
		await server.order('crash');
		await server.order('start');
	}
	stopped = true;
	await Promise.all(workers);
	const { event, seen } = await dumpStore({ kind: 'postgres', url: server.url, schema });
	const stored = event.map((row) => String(row.event_id));
	expect(new Set(stored).size).toBe(stored.length);
	expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([]);
	expect(stored.length).toBe(acknowledged.size);
	expect(seen).toHaveLength(stored.length);
	await store.close();
}, 180_000);
