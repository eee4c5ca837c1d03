import { both, per } from '../plan';

export interface SegmentRow {
	name: string;
	version: number;
	/** JSON of SegmentRules */
	rules: string;
	saved_at: number;
	saved_by: string | null;
}

export interface SizeRow {
	name: string;
	version: number;
	members: number;
	/** customers there were */
	customers: number;
	counted_at: number;
}

export const savedSegmentPlans = {
	/** Saving is looking what is there, then writing: one at a time. */
	lock: { sqlite: 'SELECT 1 AS locked', postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.segment'))" },
	latest: both<{ name: string }, SegmentRow>('SELECT * FROM segment WHERE name = :name ORDER BY version DESC LIMIT 1'),
	all: both<object, SegmentRow & { members: number | null; customers: number | null; counted_at: number | null }>(
		`SELECT s.*, z.members, z.customers, z.counted_at FROM segment s LEFT JOIN segment_size z ON z.name = s.name AND z.version = s.version
		WHERE s.version = (SELECT MAX(version) FROM segment l WHERE l.name = s.name) ORDER BY s.name`,
	),
	save: both<SegmentRow>('INSERT INTO segment (name, version, rules, saved_at, saved_by) VALUES (:name, :version, :rules, :saved_at, :saved_by)'),
	/** What families of figures are computed by, in no order. */
	figureSettings: per<{ names: string[] }, { name: string; settings: string }>({
		sqlite: 'SELECT m.name, m.settings FROM json_each(:names) j CROSS JOIN model m ON m.name = j.value AND m.version = (SELECT MAX(version) FROM model l WHERE l.name = j.value)',
		postgres: 'SELECT m.name, m.settings FROM model m WHERE m.name = ANY(:names::text[]) AND m.version = (SELECT MAX(version) FROM model l WHERE l.name = m.name)',
	}),
	remove: both<{ name: string }>('DELETE FROM segment WHERE name = :name'),
	removeSize: both<{ name: string }>('DELETE FROM segment_size WHERE name = :name'),
	saveSize: both<SizeRow>(
		`INSERT INTO segment_size (name, version, members, customers, counted_at) VALUES (:name, :version, :members, :customers, :counted_at)
		ON CONFLICT (name) DO UPDATE SET version = excluded.version, members = excluded.members, customers = excluded.customers, counted_at = excluded.counted_at`,
	),
};
