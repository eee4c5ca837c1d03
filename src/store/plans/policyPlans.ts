import { both, bulk, inGroups, insertAlike, insertMany, per, selectByList, selectMany } from '../plan';

export interface TouchRow {
	seq: number;
	customer_id: number;
	ts: number;
	channel: string;
	category: string;
	/** JSON array */
	tags: string;
	class: string;
	journey_key: string | null;
	state: string;
	priority: number;
	/** JSON array of rule ids */
	exempt: string;
	counts: number | null;
	idem_key: string;
	enrolment: string | null;
	step_key: string | null;
	visit: number | null;
	expires_at: number | null;
	provider_id: string | null;
	result_at: number | null;
	result_note: string | null;
	policy_version: string;
}

/** A message of the past, with its name at the sender. */
export type SentTouch = Omit<TouchRow, 'seq' | 'result_note'>;
export type NewTouch = Omit<TouchRow, 'seq' | 'provider_id' | 'result_at' | 'result_note'>;

export interface DecisionRow {
	idem_key: string;
	/** '': made of the request (ledgerRows.ts) */
	body_hash: string;
	customer_id: number | null;
	customer_key: string;
	decided_at: number;
	asked_at: number;
	decision: 'send' | 'delay' | 'drop';
	until_at: number | null;
	rule: string | null;
	reason: string | null;
	channel: string;
	journey_key: string | null;
	enrolment: string | null;
	policy_version: string;
	/** what was asked (storedRequest.ts) */
	request: string;
	/** JSON of Decision */
	answer: string;
}

/**
 * What the rules look at: several messages a customer are read for one decision, so nothing else is. Most are sent and say
 * nothing unusual: what they would say besides is read of the others only.
 */
export type CountedTouch = Pick<TouchRow, 'customer_id' | 'ts' | 'channel' | 'category' | 'class' | 'journey_key' | 'state'> & {
	/** JSON of {@link Unusual}; null: without tags, exemptions and a word on counting, not reserved and not bounced */
	unusual: string | null;
};
export type Unusual = [seq: number, key: string, tags: string, exempt: string, counts: number | null, expiresAt: number | null, priority: number, note: string | null];

const counted = (list: 'json_array' | 'json_build_array') =>
	`t.customer_id, t.ts, t.channel, t.category, t.class, t.journey_key, t.state, CASE WHEN t.tags <> '[]' OR t.exempt <> '[]' OR t.counts IS NOT NULL OR t.state = 'reserved' OR t.result_note = 'bounced' THEN CAST(${list}(t.seq, t.idem_key, t.tags, t.exempt, t.counts, t.expires_at, t.priority, t.result_note) AS TEXT) END AS unusual`;
const since = (list: 'json_array' | 'json_build_array', rest = '') => selectByList<{ ids: number[]; since: number }, CountedTouch>('ids', counted(list), 'touch', 'customer_id', `AND t.ts >= :since ${rest}`);

export const touchPlans = {
	/**
	 * One scan per customer serves all rules. In no order: where several customers are asked for, sorting costs as much as
	 * reading. Behind OFFSET 0 PostgreSQL finds out once for each row what is unusual, not three times.
	 */
	since: inGroups<{ ids: number[]; since: number }, CountedTouch>({ sqlite: since('json_array').sqlite, postgres: since('json_build_array', 'OFFSET 0').postgres }, 'ids', ['channel', 'category', 'class', 'journey_key', 'state'], { customer_id: 'bigint', ts: 'bigint', unusual: 'text?' }),
	byKeys: selectByList<{ keys: string[] }, TouchRow>('keys', 't.*', 'touch', 'idem_key'),
	/** Messages of the same step and visit, however long ago. */
	ofSteps: selectMany<{ enrolment: string; step_key: string; visit: number }, TouchRow>('t.*', 'touch', { enrolment: 'text', step_key: 'text', visit: 'bigint' }),
	/** Of several messages of one instant, the one decided last is the latest. */
	insert: insertAlike<NewTouch>(
		'touch',
		{ customer_id: 'bigint', ts: 'bigint', channel: 'text', category: 'text', tags: 'text', class: 'text', journey_key: 'text', state: 'text', priority: 'bigint', exempt: 'text', counts: 'bigint', idem_key: 'text', enrolment: 'text', step_key: 'text', visit: 'bigint', expires_at: 'bigint', policy_version: 'text' },
		[['customer_id', 'idem_key'], ['customer_id', 'idem_key', 'enrolment']],
		'ON CONFLICT (idem_key) DO UPDATE SET ts = excluded.ts, state = excluded.state, channel = excluded.channel, category = excluded.category, tags = excluded.tags, expires_at = excluded.expires_at, policy_version = excluded.policy_version',
		{ inOrder: true },
	),
	/** Gives nothing back for what is there already. */
	insertSent: insertMany<SentTouch, Pick<TouchRow, 'seq' | 'ts' | 'idem_key'>>(
		'touch',
		{ customer_id: 'bigint', ts: 'bigint', channel: 'text', category: 'text', tags: 'text', class: 'text', journey_key: 'text', state: 'text', priority: 'bigint', exempt: 'text', counts: 'bigint', idem_key: 'text', enrolment: 'text', step_key: 'text', visit: 'bigint', expires_at: 'bigint', policy_version: 'text', provider_id: 'text', result_at: 'bigint' },
		'ON CONFLICT (idem_key) DO NOTHING RETURNING seq, ts, idem_key',
	),
	/** @param note why; null: as before */
	setState: bulk<{ idem_key: string; state: string; note: string | null }>(
		{ idem_key: 'text', state: 'text', note: 'text' },
		{
			sqlite: 'UPDATE touch SET state = :state, result_note = coalesce(:note, result_note) WHERE idem_key = :idem_key',
			postgres: 'UPDATE touch AS t SET state = r.state, result_note = coalesce(r.note, t.result_note) FROM rows r WHERE t.idem_key = r.idem_key',
		},
	),
	/** What was handed over by these visits and not heard of since. */
	doubt: bulk<{ enrolment: string; step_key: string; visit: number }>(
		{ enrolment: 'text', step_key: 'text', visit: 'bigint' },
		{
			sqlite: "UPDATE touch SET state = 'unknown' WHERE enrolment = :enrolment AND step_key = :step_key AND visit = :visit AND state = 'handed_off'",
			postgres: "UPDATE touch AS t SET state = 'unknown' FROM rows r WHERE t.enrolment = r.enrolment AND t.step_key = r.step_key AND t.visit = r.visit AND t.state = 'handed_off'",
		},
	),
	/** The name that a message has at its sender stays the first that was heard: reports carry every one of its names. */
	setResult: both<{ idem_key: string; ts: number; state: string; provider_id: string | null; result_at: number; result_note: string | null }>(
		'UPDATE touch SET ts = :ts, state = :state, provider_id = coalesce(provider_id, :provider_id), result_at = :result_at, result_note = :result_note WHERE idem_key = :idem_key',
	),
	/** A withdrawn consent frees what was about to go out. */
	releaseOfPurpose: both<{ customer_id: number; channel: string; purpose: string; processing: number }>(
		`UPDATE touch SET state = 'released', result_note = 'no_consent:' || channel || '/' || CASE WHEN :processing = 1 THEN 'processing' ELSE class END WHERE customer_id = :customer_id AND state = 'reserved'
			AND ((channel = :channel AND class = :purpose) OR (:processing = 1 AND class <> 'transactional'))`,
	),
	releaseOfEnrolments: per<{ enrolments: string[] }>({
		sqlite: "UPDATE touch SET state = 'released', result_note = 'cancelled' WHERE enrolment IN (SELECT value FROM json_each(:enrolments)) AND state = 'reserved'",
		postgres: "UPDATE touch SET state = 'released', result_note = 'cancelled' WHERE enrolment = ANY(:enrolments::text[]) AND state = 'reserved'",
	}),
	/** The latest message to a customer on a channel, for results that name no key. */
	latest: both<{ customer_id: number; channel: string; before: number }, TouchRow>(
		"SELECT * FROM touch WHERE customer_id = :customer_id AND channel = :channel AND ts <= :before AND state IN ('handed_off', 'committed', 'unknown') ORDER BY ts DESC, seq DESC LIMIT 1",
	),
	/** As `latest`, of those whose name at the provider nobody knows: a named one is not taken for another. */
	latestNameless: both<{ customer_id: number; channel: string; since: number; before: number }, TouchRow>(
		"SELECT * FROM touch WHERE customer_id = :customer_id AND channel = :channel AND ts BETWEEN :since AND :before AND provider_id IS NULL AND state IN ('handed_off', 'committed', 'unknown') ORDER BY ts DESC, seq DESC LIMIT 1",
	),
	byProviderIds: selectMany<{ provider_id: string }, TouchRow>('t.*', 'touch', { provider_id: 'text' }),
	/** Gives nothing back for a report that is there already: the same result at the same instant, or the same id. */
	addResult: insertMany<{ touch_seq: number; result: string; at: number; note: string | null; event_id: string | null }, { touch_seq: number }>(
		'touch_result',
		{ touch_seq: 'bigint', result: 'text', at: 'bigint', note: 'text', event_id: 'text' },
		'ON CONFLICT DO NOTHING RETURNING touch_seq',
	),
	ofCustomer: both<{ customer_id: number; until: number; limit: number }, TouchRow>('SELECT * FROM touch WHERE customer_id = :customer_id AND ts <= :until ORDER BY ts DESC, seq DESC LIMIT :limit'),
	ofCustomerSince: both<{ customer_id: number; since: number }, TouchRow>('SELECT * FROM touch WHERE customer_id = :customer_id AND ts >= :since ORDER BY ts, seq'),
	failuresOf: both<{ customer_id: number }, { idem_key: string; result: string; at: number }>(
		"SELECT t.idem_key, r.result, r.at FROM touch t JOIN touch_result r ON r.touch_seq = t.seq WHERE t.customer_id = :customer_id AND r.result IN ('failed', 'bounced')",
	),
	resultsOf: both<{ customer_id: number; until: number }, { touch_seq: number; result: string }>(
		'SELECT r.touch_seq, r.result FROM touch t JOIN touch_result r ON r.touch_seq = t.seq WHERE t.customer_id = :customer_id AND r.at <= :until ORDER BY r.at, r.seq',
	),
	unknown: both<{ limit: number }, TouchRow & { customer_key: string }>("SELECT t.*, c.key AS customer_key FROM touch t JOIN customer c ON c.id = t.customer_id WHERE t.state = 'unknown' ORDER BY t.ts LIMIT :limit"),
};

export const decisionPlans = {
	byKeys: selectByList<{ keys: string[] }, DecisionRow>('keys', 't.*', 'decision', 'idem_key'),
	/**
	 * Messages that are held for these customers. PostgreSQL looks them up one by one: by statistics from before a mailing was
	 * held, looking through everything that is held seems cheaper, and takes hundreds of times as long.
	 */
	held: per<{ ids: number[] }, DecisionRow>({
		sqlite: "SELECT t.* FROM json_each(:ids) j CROSS JOIN decision t ON t.customer_id = j.value AND t.decision = 'delay'",
		postgres: "SELECT t.* FROM unnest((SELECT :ids::bigint[])) r(id) CROSS JOIN LATERAL (SELECT * FROM decision d WHERE d.customer_id = r.id AND d.decision = 'delay' OFFSET 0) t",
	}),
	save: insertAlike<DecisionRow>(
		'decision',
		{ idem_key: 'text', body_hash: 'text', customer_id: 'bigint', customer_key: 'text', decided_at: 'bigint', asked_at: 'bigint', decision: 'text', until_at: 'bigint', rule: 'text', reason: 'text', channel: 'text', journey_key: 'text', enrolment: 'text', policy_version: 'text', request: 'text', answer: 'text' },
		[
			['idem_key', 'customer_id', 'customer_key'],
			['idem_key', 'customer_id', 'customer_key', 'enrolment'],
			['idem_key', 'customer_id', 'customer_key', 'until_at', 'answer'],
			['idem_key', 'body_hash', 'customer_id', 'customer_key', 'enrolment', 'request'],
			['idem_key', 'body_hash', 'customer_id', 'customer_key', 'until_at', 'enrolment', 'request', 'answer'],
		],
		`ON CONFLICT (idem_key) DO UPDATE SET decided_at = excluded.decided_at, decision = excluded.decision, until_at = excluded.until_at, rule = excluded.rule, reason = excluded.reason, channel = excluded.channel,
			policy_version = excluded.policy_version, answer = excluded.answer`,
	),
	/** Messages that are held have an instant, and no others: `decision_held_enrolment` holds them by their enrolments. */
	cancelOfEnrolments: per<{ enrolments: string[]; now: number }>({
		sqlite: "UPDATE decision SET decision = 'drop', reason = 'cancelled', until_at = NULL, decided_at = :now WHERE enrolment IN (SELECT value FROM json_each(:enrolments)) AND until_at IS NOT NULL",
		postgres: "UPDATE decision SET decision = 'drop', reason = 'cancelled', until_at = NULL, decided_at = :now WHERE enrolment = ANY((SELECT :enrolments::text[])::text[]) AND until_at IS NOT NULL",
	}),
	/** Decided since then, the newest first. */
	since: both<{ customer_id: number; since: number; limit: number }, DecisionRow>(
		'SELECT * FROM decision WHERE customer_id = :customer_id AND decided_at >= :since ORDER BY decided_at DESC LIMIT :limit',
	),
	ofCustomer: both<{ customer_id: number; until: number; limit: number }, DecisionRow>(
		'SELECT * FROM decision WHERE customer_id = :customer_id AND decided_at <= :until ORDER BY decided_at DESC LIMIT :limit',
	),
};

/** An answer DELAY that a later answer for the same key replaced. */
export interface AnswerRow {
	idem_key: string;
	customer_id: number;
	decided_at: number;
	/** when the later answer was given */
	ended_at: number;
	/** JSON of Decision */
	answer: string;
}

export const decisionHistoryPlans = {
	insert: insertMany<AnswerRow>('decision_history', { idem_key: 'text', customer_id: 'bigint', decided_at: 'bigint', ended_at: 'bigint', answer: 'text' }),
	ofCustomer: both<{ customer_id: number; since: number }, AnswerRow>('SELECT * FROM decision_history WHERE customer_id = :customer_id AND ended_at >= :since ORDER BY ended_at, seq'),
};

export interface PolicyRow {
	name: string;
	version: number;
	/** JSON of the policy file */
	body: string;
	saved_at: number;
	saved_by: string | null;
}

export interface PolicyUsedRow {
	version: string;
	content_hash: string;
	/** JSON of the policy file */
	body: string;
	/** JSON of a node's own rules on top of it */
	own_rules: string;
	first_used_at: number;
}

export const policyPlans = {
	latest: both<{ name: string }, PolicyRow>('SELECT * FROM policy WHERE name = :name ORDER BY version DESC LIMIT 1'),
	used: both<{ version: string; content_hash: string }, { version: string }>('SELECT version FROM policy_used WHERE version = :version AND content_hash = :content_hash'),
	/** The policies that decisions name by this version; several only where a policy file was changed without a new version. */
	usedAs: both<{ version: string }, PolicyUsedRow>('SELECT * FROM policy_used WHERE version = :version'),
	remember: both<PolicyUsedRow>(
		'INSERT INTO policy_used (version, content_hash, body, own_rules, first_used_at) VALUES (:version, :content_hash, :body, :own_rules, :first_used_at) ON CONFLICT (version, content_hash) DO NOTHING',
	),
	save: insertMany<PolicyRow>('policy', { name: 'text', version: 'bigint', body: 'text', saved_at: 'bigint', saved_by: 'text' }),
	lock: per<object, { locked: number }>({ sqlite: 'SELECT 1 AS locked', postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.policy'))" }),
};
