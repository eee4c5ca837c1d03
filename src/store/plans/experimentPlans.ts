import { both, bulk, insertMany, per } from '../plan';

export interface AssignmentRow {
	customer_id: number;
	experiment: string;
	arm: string;
	assigned_at: number;
	exposed_at: number | null;
	mixed_at: number | null;
}

/** A message that a control group kept from its customer. */
export interface ExposureRow {
	customer_id: number;
	at: number;
	experiment: string;
	channel: string;
	category: string;
	/** JSON array */
	tags: string;
	class: string;
	journey_key: string | null;
	priority: number;
	/** JSON array of rule ids */
	exempt: string;
	counts: number | null;
	idem_key: string;
	enrolment: string | null;
	step_key: string | null;
	visit: number | null;
	policy_version: string;
}

const ASSIGNMENT = { customer_id: 'bigint', experiment: 'text', arm: 'text', assigned_at: 'bigint', exposed_at: 'bigint', mixed_at: 'bigint' } as const;

export const assignmentPlans = {
	ofCustomers: per<{ ids: number[] }, AssignmentRow>({
		sqlite: 'SELECT a.* FROM json_each(:ids) j CROSS JOIN assignment a ON a.customer_id = j.value',
		postgres: 'SELECT * FROM assignment WHERE customer_id = ANY(:ids::bigint[])',
	}),
	save: insertMany<AssignmentRow>('assignment', ASSIGNMENT, 'ON CONFLICT (customer_id, experiment) DO UPDATE SET arm = excluded.arm, exposed_at = excluded.exposed_at, mixed_at = excluded.mixed_at'),
	remove: bulk<{ customer_id: number }>(
		{ customer_id: 'bigint' },
		{
			sqlite: 'DELETE FROM assignment WHERE customer_id = :customer_id',
			postgres: 'DELETE FROM assignment AS t USING rows r WHERE t.customer_id = r.customer_id',
		},
	),
	/** The arm that a customer's items carry in `journey.variant`. */
	setVariant: bulk<{ id: number; variant: string }>(
		{ id: 'bigint', variant: 'text' },
		{
			sqlite: 'UPDATE enrolment SET variant = :variant, row_version = row_version + 1 WHERE id = :id',
			postgres: 'UPDATE enrolment AS t SET variant = r.variant, row_version = t.row_version + 1 FROM rows r WHERE t.id = r.id',
		},
	),
};

export const exposurePlans = {
	/** Ghost slots, by the same one scan per customer as messages. */
	since: per<{ ids: number[]; since: number }, ExposureRow>({
		sqlite: 'SELECT x.* FROM json_each(:ids) j CROSS JOIN exposure x ON x.customer_id = j.value AND x.at >= :since ORDER BY x.at, x.seq',
		postgres: 'SELECT * FROM exposure WHERE customer_id = ANY(:ids::bigint[]) AND at >= :since ORDER BY at, seq',
	}),
	insert: insertMany<ExposureRow>(
		'exposure',
		{ customer_id: 'bigint', at: 'bigint', experiment: 'text', channel: 'text', category: 'text', tags: 'text', class: 'text', journey_key: 'text', priority: 'bigint', exempt: 'text', counts: 'bigint', idem_key: 'text', enrolment: 'text', step_key: 'text', visit: 'bigint', policy_version: 'text' },
		'ON CONFLICT (idem_key) DO NOTHING',
	),
	/** A merge unites two customers' exposures. */
	unite: both<{ survivor: number; other: number }>('UPDATE exposure SET customer_id = :survivor WHERE customer_id = :other'),
	keysOf: both<{ customer_id: number }, { idem_key: string }>('SELECT idem_key FROM exposure WHERE customer_id = :customer_id'),
	rename: bulk<{ old_key: string; idem_key: string }>(
		{ old_key: 'text', idem_key: 'text' },
		{
			sqlite: 'UPDATE exposure SET idem_key = :idem_key WHERE idem_key = :old_key',
			postgres: 'UPDATE exposure AS t SET idem_key = r.idem_key FROM rows r WHERE t.idem_key = r.old_key',
		},
	),
};
