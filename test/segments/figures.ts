import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { StoreLocation } from '../../src/store/open';
import type { Person } from './oracle';

/** Writes figures as a refresh would. */
export async function putFigures(location: StoreLocation, people: readonly Pick<Person, 'id' | 'figures'>[]): Promise<void> {
	const rows = people.flatMap(({ id, figures }) => (figures ? [[id, figures.rfmGroup, figures.pAlive, figures.lastOrderAt, figures.revenue === null ? null : Math.round(figures.revenue * 10_000)]] : []));
	const sql = (place: (index: number) => string) => `INSERT INTO feature (customer_id, rfm_group, p_alive, last_order_at, revenue_e4) SELECT id, ${[2, 3, 4, 5].map(place).join(', ')} FROM customer WHERE key = ${place(1)}
		ON CONFLICT (customer_id) DO UPDATE SET rfm_group = excluded.rfm_group, p_alive = excluded.p_alive, last_order_at = excluded.last_order_at, revenue_e4 = excluded.revenue_e4`;
	if (location.kind === 'postgres') {
		const client = new Client({ connectionString: location.url });
		await client.connect();
		await client.query(`SET search_path TO ${location.schema}`);
		for (const row of rows) await client.query(sql((index) => `$${index}${['', '::text', '::text', '::double precision', '::bigint', '::bigint'][index]}`), row);
		await client.end();
		return;
	}
	const database = new DatabaseSync((location as { file: string }).file);
	const statement = database.prepare(sql((index) => `?${index}`));
	for (const row of rows) statement.run(...row);
	database.close();
}
