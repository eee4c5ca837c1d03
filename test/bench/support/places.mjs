import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { familyCpuSeconds } from './figures.mjs';

const root = path.join(import.meta.dirname, '..', '..', '..');
const { openStore } = createRequire(import.meta.url)(path.join(root, 'dist', 'src', 'store', 'open.js'));

/** A temporary folder and a PostgreSQL as it is shipped, with fsync: what is committed is on the disk, as it is in our SQLite. Both are gone when the bench ends. */
export class Places {
	#postgres;
	#closers = [];

	constructor() {
		this.folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-bench-'));
	}

	/** Does the work and removes everything, whatever happened. */
	static async with(work) {
		const places = new Places();
		try {
			await work(places);
		} finally {
			await places.#remove();
		}
	}

	/** @returns {Promise<{ url: string, cpuSeconds(): number, query(sql: string): Promise<object[]> }>} the one server of this bench */
	async postgres() {
		this.#postgres ??= this.#startPostgres();
		return await this.#postgres;
	}

	/** @param {'SQLite' | 'PostgreSQL'} kind @param {object} [clock] `testClock` of a new store */
	async store(kind, name, clock) {
		const location = kind === 'SQLite' ? { kind: 'file', file: path.join(this.folder, `${name}.sqlite`) } : { kind: 'postgres', url: (await this.postgres()).url, schema: name };
		const store = await openStore(location, { testClock: clock });
		this.#closers.unshift(() => store.close());
		return store;
	}

	/** Runs before everything that was started earlier is ended. */
	onClose(closer) {
		this.#closers.unshift(closer);
	}

	async #startPostgres() {
		const child = spawn(process.execPath, [path.join(root, 'test', 'support', 'postgresProcess.mjs'), '--durable'], { stdio: ['pipe', 'pipe', 'inherit'] });
		const [line] = await once(createInterface({ input: child.stdout }), 'line');
		const { url } = JSON.parse(line);
		const client = new pg.Client({ connectionString: url });
		await client.connect();
		const [{ postmaster }] = (await client.query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS postmaster")).rows;
		this.#closers.push(async () => {
			await client.end();
			const gone = once(child, 'exit');
			child.stdin.end();
			await gone;
		});
		return { url, cpuSeconds: () => familyCpuSeconds(postmaster), query: async (sql) => (await client.query(sql)).rows };
	}

	async #remove() {
		for (const close of this.#closers) await close();
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
