import { IDENTITY_TYPES, type Identity } from '../customers/identity';
import { addTo } from '../core/grouped';
import { suppressionPlans, type SuppressionRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { suppressionHash } from './addressHash';

/** What is said of an address and not of whoever has it: with another address they can be reached again. */
const OF_THE_ADDRESS = new Set(['hard_bounce', 'invalid']);

/** Whose addresses they are, and which of them messages go to. */
export interface AddressOwner {
	email: string | null;
	phone: string | null;
	/** identity type -> value, of channels that the profile has no field for */
	addresses: Record<string, string>;
}

/**
 * The suppressions that hold for customers. A complaint or a legal block is the person's, whichever of their addresses it came
 * by; an address that does not exist stops nobody who has another one by now.
 * @param identities of the owners
 */
export async function suppressionsOf(tx: Tx, identities: readonly (Identity & { customer_id: number })[], owners: ReadonlyMap<number, AddressOwner>): Promise<Map<number, SuppressionRow[]>> {
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const byHash = new Map<string, (Identity & { customer_id: number })[]>();
	for (const identity of identities) addTo(byHash, suppressionHash(secret, identity), identity);
	const result = new Map<number, SuppressionRow[]>();
	if (byHash.size === 0) return result;
	for (const row of await tx.all(suppressionPlans.byHashes, { keys: [...byHash.keys()] })) {
		for (const identity of byHash.get(row.address_hash) ?? []) {
			const owner = owners.get(identity.customer_id);
			if (!OF_THE_ADDRESS.has(row.reason) || (owner && isInUse(identity, owner))) addTo(result, identity.customer_id, row);
		}
	}
	return result;
}

/** Whether messages go there (address.ts). */
export function isInUse({ type, value }: Identity, { email, phone, addresses }: AddressOwner): boolean {
	const usual = type === IDENTITY_TYPES.email ? email : type === IDENTITY_TYPES.phone ? phone : null;
	return (usual || addresses[type]) === value;
}
