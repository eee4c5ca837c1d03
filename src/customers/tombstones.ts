import { signatureOf } from '../core/hash';
import { customerPlans } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import type { Identity } from './identity';
import { nameOf, uniqueIdentities } from './identityKeys';

/** What stands for an erased identity: when it was erased, and under which certificate. */
export interface Tombstone {
	identity: Identity;
	erasureId: number;
	/** UTC milliseconds */
	erasedAt: number;
}

/** Salted hash under which an erased identity is refused; the store's secret is the salt. */
export function tombstoneHash(secret: string, identity: Identity): string {
	return signatureOf(secret, 'tombstone', identity.type, identity.value);
}

/** The tombstones of these identities, by {@link nameOf} (journeys.md section 6, J44). */
export async function tombstonesOf(tx: Tx, identities: readonly Identity[]): Promise<Map<string, Tombstone>> {
	if (identities.length === 0 || !(await tx.first(customerPlans.anyTombstone, {}))) return new Map();
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const byHash = new Map(uniqueIdentities(identities).map((identity) => [tombstoneHash(secret, identity), identity]));
	const rows = await tx.each(customerPlans.tombstones, [...byHash.keys()].map((identity_hash) => ({ identity_hash })));
	return new Map(
		rows.map((row) => {
			const identity = byHash.get(row.identity_hash) as Identity;
			return [nameOf(identity), { identity, erasureId: row.erasure_id, erasedAt: row.erased_at }] as const;
		}),
	);
}

/** Forgets that these identities were erased (J45). */
export async function liftTombstones(tx: Tx, identities: readonly Identity[]): Promise<void> {
	const secret = (await readMeta(tx, 'secret')) ?? '';
	await tx.each(customerPlans.liftTombstone, uniqueIdentities(identities).map((identity) => ({ identity_hash: tombstoneHash(secret, identity) })));
}
