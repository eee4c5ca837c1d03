import { both, bulk, deleteMany, inGroups, insertMany, per, selectByList, selectMany, updateMany } from '../plan';

export interface CustomerRow {
	id: number;
	key: string;
	email: string | null;
	phone: string | null;
	first_name: string | null;
	last_name: string | null;
	time_zone: string | null;
	locale: string | null;
	country: string | null;
	birth_date: string | null;
	stage: string | null;
	vip: number;
	/** JSON object */
	attributes: string;
	/** JSON: field -> event time of its value, UTC milliseconds */
	field_times: string;
	/** the name in lower case, for `find` */
	find_name: string;
	created_at: number;
	updated_at: number;
	/** no customer any more: erased, or merged into another */
	erased_at: number | null;
	merged_into: number | null;
}

/** `find_ids`: the identities in lower case, one a line, for `find`. */
export type NewCustomerRow = Pick<CustomerRow, 'key' | 'email' | 'phone' | 'created_at' | 'updated_at'> & { find_ids: string };
/** `origin_id`: whose it was before a merge brought it here. */
export type IdentityRow = { type: string; value: string; customer_id: number; origin_id?: number | null };
export type ProfileRow = Omit<CustomerRow, 'key' | 'stage' | 'vip' | 'erased_at' | 'merged_into'>;

const COLUMNS =
	't.id, t.key, t.email, t.phone, t.first_name, t.last_name, t.time_zone, t.locale, t.country, t.birth_date, t.stage, t.vip, t.attributes, t.field_times, t.find_name, t.created_at, t.updated_at, t.erased_at, t.merged_into';

/** What the contact policy has to know of a customer: of a thousand, nothing else is read. */
export type JudgedCustomer = Pick<CustomerRow, 'id' | 'key' | 'email' | 'phone' | 'time_zone' | 'country' | 'stage' | 'vip' | 'erased_at' | 'merged_into'>;
/** No rule asks which e-mail address it is: of a thousand, `@` says that there is one. */
const JUDGED = "t.id, t.key, CASE WHEN t.email <> '' THEN '@' END AS email, t.phone, t.time_zone, t.country, t.stage, t.vip, t.erased_at, t.merged_into";

/** Locks in id order (PostgreSQL) and gives the rows as they are once the lock is had. */
const lockAndRead = <R extends Pick<CustomerRow, 'id' | 'merged_into'>>(columns: string) =>
	per<{ ids: number[] }, R>({
		sqlite: `SELECT ${columns} FROM json_each(:ids) j CROSS JOIN customer t ON t.id = j.value`,
		postgres: `SELECT ${columns} FROM customer t WHERE t.id = ANY((SELECT :ids::bigint[])::bigint[]) ORDER BY t.id FOR UPDATE`,
	});

export const customerPlans = {
	byIds: selectByList<{ ids: number[] }, CustomerRow>('ids', COLUMNS, 'customer', 'id'),
	/** Locks customers in id order (PostgreSQL); SQLite's write transaction already holds everything. */
	lock: per<{ ids: number[] }, { locked: number }>({
		sqlite: 'SELECT 0 AS locked WHERE 0 AND :ids IS NULL',
		postgres: 'SELECT count(*) AS locked FROM (SELECT 1 FROM customer WHERE id = ANY(:ids::bigint[]) ORDER BY id FOR UPDATE) AS held',
	}),
	lockAndRead: lockAndRead<CustomerRow>(COLUMNS),
	lockToJudge: inGroups(lockAndRead<JudgedCustomer>(JUDGED), 'ids', ['email', 'time_zone', 'country', 'stage', 'vip', 'erased_at', 'merged_into'], { id: 'bigint', key: 'text', phone: 'text?' }),
	/** One creator at a time, so that two workers never make the same person twice. */
	lockCreation: per<object, { locked: number }>({
		sqlite: 'SELECT 1 AS locked',
		postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.customer'))",
	}),
	insert: insertMany<NewCustomerRow, { id: number; key: string }>(
		'customer',
		{ key: 'text', email: 'text', phone: 'text', find_ids: 'text', created_at: 'bigint', updated_at: 'bigint' },
		'ON CONFLICT (key) DO NOTHING RETURNING id, key',
	),
	/** An address that a customer without one is known by from now on. */
	fillContact: bulk<{ id: number; email: string | null; phone: string | null; find_ids: string }>(
		{ id: 'bigint', email: 'text', phone: 'text', find_ids: 'text' },
		{
			sqlite: 'UPDATE customer SET email = coalesce(email, :email), phone = coalesce(phone, :phone), find_ids = find_ids || :find_ids WHERE id = :id',
			postgres: 'UPDATE customer AS t SET email = coalesce(t.email, r.email), phone = coalesce(t.phone, r.phone), find_ids = t.find_ids || r.find_ids FROM rows r WHERE t.id = r.id',
		},
	),
	updateProfile: updateMany<ProfileRow>(
		'customer',
		{ id: 'bigint', email: 'text', phone: 'text', first_name: 'text', last_name: 'text', time_zone: 'text', locale: 'text', country: 'text', birth_date: 'text', attributes: 'text', field_times: 'text', find_name: 'text', created_at: 'bigint', updated_at: 'bigint' },
		['id'],
	),
	/** In SQLite, for many of one type: a third of the time of as many look-ups one by one. */
	identitiesOfType: inGroups<{ type: string; keys: string[] }, IdentityRow>(
		{
			sqlite: 'SELECT t.type, t.value, t.customer_id, t.origin_id FROM json_each(:keys) j CROSS JOIN identity t ON t.type = :type AND t.value = j.value',
			postgres: 'SELECT t.type, t.value, t.customer_id, t.origin_id FROM identity t WHERE t.type = :type AND t.value = ANY((SELECT :keys::text[])::text[])',
		},
		'keys',
		['type'],
		{ value: 'text', customer_id: 'bigint', origin_id: 'bigint?' },
	),
	identities: selectMany<{ type: string; value: string }, IdentityRow>('t.type, t.value, t.customer_id, t.origin_id', 'identity', { type: 'text', value: 'text' }),
	identitiesOf: both<{ customer_id: number }, IdentityRow>('SELECT type, value, customer_id FROM identity WHERE customer_id = :customer_id ORDER BY type, value'),
	identitiesOfMany: selectByList<{ ids: number[] }, IdentityRow>('ids', 't.type, t.value, t.customer_id', 'identity', 'customer_id'),
	insertIdentity: insertMany<Required<IdentityRow>>('identity', { type: 'text', value: 'text', customer_id: 'bigint', origin_id: 'bigint' }, 'ON CONFLICT (type, value) DO NOTHING'),
	removeIdentities: both<{ customer_id: number }>('DELETE FROM identity WHERE customer_id = :customer_id'),
	/** `pattern` is a lower-case LIKE pattern with ! as escape character, or NULL. */
	find: both<{ pattern: string | null; stage: string | null; vip: number | null; after: string | null; limit: number }, CustomerRow>(
		`SELECT ${COLUMNS} FROM customer t
		WHERE t.erased_at IS NULL
			AND (CAST(:after AS TEXT) IS NULL OR t.key > :after)
			AND (CAST(:stage AS TEXT) IS NULL OR t.stage = :stage)
			AND (CAST(:vip AS INTEGER) IS NULL OR t.vip = :vip)
			AND (CAST(:pattern AS TEXT) IS NULL OR t.find_ids LIKE :pattern ESCAPE '!' OR t.find_name LIKE :pattern ESCAPE '!')
		ORDER BY t.key LIMIT :limit`,
	),
	tombstones: selectMany<{ identity_hash: string }, { identity_hash: string; erasure_id: number; erased_at: number }>(
		't.identity_hash, t.erasure_id, t.erased_at',
		'tombstone',
		{ identity_hash: 'text' },
	),
	anyTombstone: both<object, { one: number }>('SELECT 1 AS one FROM tombstone LIMIT 1'),
	insertTombstone: insertMany<{ identity_hash: string; erasure_id: number; erased_at: number }>(
		'tombstone',
		{ identity_hash: 'text', erasure_id: 'bigint', erased_at: 'bigint' },
		'ON CONFLICT (identity_hash) DO UPDATE SET erasure_id = excluded.erasure_id, erased_at = excluded.erased_at',
	),
	liftTombstone: deleteMany<{ identity_hash: string }>('tombstone', { identity_hash: 'text' }),
};

export interface ConsentDbRow {
	customer_id: number;
	channel: string;
	purpose: string;
	status: 'granted' | 'denied' | 'pending';
	at: number;
	expires_at: number | null;
	source: string | null;
	wording: string | null;
	proof: string | null;
	recorded_at: number;
	/** of the text in `wording`, where it was given */
	wording_hash: string | null;
}

export type StandingConsent = Pick<ConsentDbRow, 'customer_id' | 'channel' | 'purpose' | 'status' | 'at' | 'expires_at'>;

const deleteUnused = bulk<{ hash: string }>(
	{ hash: 'text' },
	{
		sqlite: 'DELETE FROM wording WHERE hash = :hash AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.wording_hash = wording.hash)',
		postgres: 'DELETE FROM wording AS t USING rows r WHERE t.hash = r.hash AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.wording_hash = t.hash)',
	},
);

export const consentPlans = {
	/** Texts that were agreed to, each once, however many agreed to it. */
	keepWording: insertMany<{ hash: string; text: string; first_used_at: number }>('wording', { hash: 'text', text: 'text', first_used_at: 'bigint' }, 'ON CONFLICT (hash) DO NOTHING'),
	wordings: per<{ hashes: string[] }, { hash: string; text: string }>({
		sqlite: 'SELECT w.hash, w.text FROM json_each(:hashes) j CROSS JOIN wording w ON w.hash = j.value',
		postgres: 'SELECT hash, text FROM wording WHERE hash = ANY(:hashes::text[])',
	}),
	wordingsOf: both<{ customer_id: number }, { hash: string | null }>('SELECT wording_hash AS hash FROM consent WHERE customer_id = :customer_id'),
	/** A text that nobody is on record for any more: it may have been about one person. */
	dropWording: deleteUnused,
	insert: insertMany<ConsentDbRow, { customer_id: number; channel: string; purpose: string; at: number; status: string }>(
		'consent',
		{ customer_id: 'bigint', channel: 'text', purpose: 'text', status: 'text', at: 'bigint', expires_at: 'bigint', source: 'text', wording: 'text', proof: 'text', recorded_at: 'bigint', wording_hash: 'text' },
		'ON CONFLICT (customer_id, channel, purpose, at, status) DO NOTHING RETURNING customer_id, channel, purpose, at, status',
	),
	ofMany: selectByList<{ ids: number[] }, ConsentDbRow>('ids', 't.*', 'consent', 'customer_id', 'ORDER BY t.at, t.seq'),
	/** What a decision asks of them, in no order: wording and proof are long. */
	standingOf: inGroups(selectByList<{ ids: number[] }, StandingConsent>('ids', 't.customer_id, t.channel, t.purpose, t.status, t.at, t.expires_at', 'consent', 'customer_id'), 'ids', ['channel', 'purpose', 'status'], { customer_id: 'bigint', at: 'bigint', expires_at: 'bigint?' }),
};

export interface SuppressionRow {
	address_hash: string;
	channel: string;
	reason: string;
	at: number;
}

export const suppressionPlans = {
	insert: insertMany<SuppressionRow, { address_hash: string }>(
		'suppression',
		{ address_hash: 'text', channel: 'text', reason: 'text', at: 'bigint' },
		'ON CONFLICT (address_hash, channel) DO NOTHING RETURNING address_hash',
	),
	any: both<object, { one: number }>('SELECT 1 AS one FROM suppression LIMIT 1'),
	byHashes: selectByList<{ keys: string[] }, SuppressionRow>('keys', 't.address_hash, t.channel, t.reason, t.at', 'suppression', 'address_hash'),
};
