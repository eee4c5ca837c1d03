import { hashOf, signatureOf } from '../core/hash';
import { customerPlans, type CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { identitiesOf, IDENTITY_TYPES, type CustomerRef, type Identity } from './identity';

/** What a reference led to. */
export type Resolved =
	| { found: true; id: number; created: boolean; warnings: string[] }
	| { found: false; why: 'unknown_customer' | 'customer_erased' };

const nameOf = (identity: Identity) => `${identity.type}\u0000${identity.value}`;

/**
 * Finds the one customer of each reference; the first identity that is known decides (identitiesOf's order), further
 * known identities of somebody else stay where they are and are told in `warnings`. New identities of a found customer
 * are kept.
 * @param options `create` makes customers that nobody knows yet (several references to the same new person make one);
 *   `keep: false` only looks, for read operations; `at` gives the created instant of a new customer
 */
export async function resolveCustomers(
	tx: Tx,
	refs: readonly CustomerRef[],
	options: { create: boolean; keep?: boolean; at?: (index: number) => number | undefined },
): Promise<Resolved[]> {
	const wanted = refs.map(identitiesOf);
	if (options.create && (await anyUnknown(tx, wanted))) await tx.all(customerPlans.lockCreation, {});
	const owners = await lookUp(tx, wanted.flat());
	const erased = await erasedIdentities(tx, wanted.flat().filter((identity) => !owners.has(nameOf(identity))));

	const answers: (Resolved | { pending: string })[] = [];
	const fresh = new Map<string, { key: string; ref: CustomerRef; at: number | undefined }>();
	const attach: Identity[] = [];
	wanted.forEach((identities, index) => {
		const known = identities.map((identity) => owners.get(nameOf(identity)));
		const owner = known.find((id) => id !== undefined);
		if (owner === undefined) {
			if (identities.some((identity) => erased.has(nameOf(identity)))) return answers.push({ found: false, why: 'customer_erased' });
			if (!options.create) return answers.push({ found: false, why: 'unknown_customer' });
			const key = refs[index].customerId ?? `c_${hashOf(identities[0].type, identities[0].value).slice(0, 16)}`;
			fresh.set(key, { key, ref: refs[index], at: options.at?.(index) });
			for (const identity of identities) owners.set(nameOf(identity), key);
			attach.push(...identities);
			return answers.push({ pending: key });
		}
		const warnings: string[] = [];
		identities.forEach((identity, place) => {
			if (known[place] === undefined && !erased.has(nameOf(identity))) {
				owners.set(nameOf(identity), owner);
				attach.push(identity);
			} else if (known[place] !== undefined && known[place] !== owner) {
				warnings.push(`The ${labelOf(identity.type)} belongs to another customer and stays there.`);
			}
		});
		return answers.push(typeof owner === 'string' ? { pending: owner } : { found: true, id: owner, created: false, warnings });
	});

	const ids = await createCustomers(tx, [...fresh.values()]);
	if (options.keep !== false) await tx.each(
		customerPlans.insertIdentity,
		unique([...attach, ...[...fresh.keys()].map((key) => ({ type: IDENTITY_TYPES.customerId, value: key }))]).map((identity) => {
			const owner = owners.get(nameOf(identity)) ?? identity.value;
			return { ...identity, customer_id: typeof owner === 'number' ? owner : (ids.get(owner) as number) };
		}),
	);
	const createdOnce = new Set<string>();
	return answers.map((answer) => {
		if (!('pending' in answer)) return answer;
		const created = !createdOnce.has(answer.pending);
		createdOnce.add(answer.pending);
		return { found: true, id: ids.get(answer.pending) as number, created, warnings: [] };
	});
}

/** Rows of customers by id, after locking them in id order, so that whoever locks first is counted first. */
export async function lockCustomers(tx: Tx, ids: readonly number[]): Promise<Map<number, CustomerRow>> {
	const distinct = [...new Set(ids)].sort((a, b) => a - b);
	if (distinct.length === 0) return new Map();
	await tx.all(customerPlans.lock, { ids: distinct });
	return loadCustomers(tx, distinct);
}

export async function loadCustomers(tx: Tx, ids: readonly number[]): Promise<Map<number, CustomerRow>> {
	const distinct = [...new Set(ids)];
	if (distinct.length === 0) return new Map();
	const rows = await tx.all(customerPlans.byIds, { ids: distinct });
	return new Map(rows.map((row) => [row.id, row]));
}

/** Salted hash under which an erased identity is refused; the store's secret is the salt. */
export function tombstoneHash(secret: string, identity: Identity): string {
	return signatureOf(secret, 'tombstone', identity.type, identity.value);
}

async function lookUp(tx: Tx, identities: readonly Identity[]): Promise<Map<string, number | string>> {
	const rows = await tx.each(customerPlans.identities, unique(identities));
	return new Map<string, number | string>(rows.map((row) => [nameOf(row), row.customer_id]));
}

async function anyUnknown(tx: Tx, wanted: readonly Identity[][]): Promise<boolean> {
	if (tx.dialect === 'sqlite') return false;
	const owners = await lookUp(tx, wanted.flat());
	return wanted.some((identities) => identities.every((identity) => !owners.has(nameOf(identity))));
}

async function erasedIdentities(tx: Tx, unknown: readonly Identity[]): Promise<Set<string>> {
	if (unknown.length === 0 || !(await tx.first(customerPlans.anyTombstone, {}))) return new Set();
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const byHash = new Map(unique(unknown).map((identity) => [tombstoneHash(secret, identity), nameOf(identity)]));
	const rows = await tx.each(customerPlans.tombstones, [...byHash.keys()].map((identity_hash) => ({ identity_hash })));
	return new Set(rows.filter((row) => row.lifted_at === null).map((row) => byHash.get(row.identity_hash) as string));
}

async function createCustomers(tx: Tx, fresh: readonly { key: string; ref: CustomerRef; at: number | undefined }[]): Promise<Map<string, number>> {
	if (fresh.length === 0) return new Map();
	const now = await tx.now();
	const rows = await tx.each(
		customerPlans.insert,
		fresh.map(({ key, ref, at }) => ({ key, email: ref.email ?? null, phone: ref.phone ?? null, created_at: at ?? now, updated_at: now })),
	);
	return new Map(rows.map((row) => [row.key, row.id]));
}

function unique(identities: readonly Identity[]): Identity[] {
	return [...new Map(identities.map((identity) => [nameOf(identity), { type: identity.type, value: identity.value }])).values()];
}

function labelOf(type: string): string {
	if (type === IDENTITY_TYPES.email) return 'e-mail address';
	if (type === IDENTITY_TYPES.phone) return 'phone';
	return type === IDENTITY_TYPES.customerId ? 'customer id' : `${type} id`;
}
