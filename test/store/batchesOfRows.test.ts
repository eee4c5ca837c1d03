import { Client } from 'pg';
import { loadMigrations } from '../../src/store/migrate';
import { freshPostgres } from '../support/stores';

test('batches that are under way while a PostgreSQL store is upgraded keep everybody in them', async () => {
	const { connectionString, schema } = freshPostgres();
	const client = new Client({ connectionString, options: `-c search_path=${schema}` });
	await client.connect();
	try {
		const one = { step_id: 2, due_at: 1_700_000_000_000, enrolment_id: 7, visit: 1, customer_id: 9, parked_at: 1_600_000_000_000, spec: '{"kind":"time","note":"\\"quoted\\", {braces} and (brackets)"}', item: '{"Имя":"Ольга","empty":"","back":"\\\\"}' };
		const batches = [[one, { ...one, enrolment_id: 8, item: '{}' }], []];
		await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE release_batch (id BIGINT PRIMARY KEY, items TEXT NOT NULL)`);
		for (const [id, items] of batches.entries()) await client.query('INSERT INTO release_batch VALUES ($1, $2)', [id, JSON.stringify(items)]);
		await client.query(loadMigrations('postgres').find(({ name }) => name.endsWith('batches-of-rows'))!.sql);
		const { rows } = await client.query<{ items: string }>('SELECT array_to_json(items)::text AS items FROM release_batch ORDER BY id');
		expect(rows.map(({ items }) => JSON.parse(items) as unknown)).toEqual(batches);
	} finally {
		await client.end();
	}
});
