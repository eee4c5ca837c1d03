import { addTo } from '../core/grouped';
import { IDENTITY_TYPES, type Identity } from '../customers/identity';
import { suppressionPlans, type CustomerRow, type IdentityRow, type SuppressionRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { suppressionHash } from './addressHash';

/** What is said of an address and not of whoever has it: with another address they can be reached again. */
const OF_THE_ADDRESS = new Set(['hard_bounce', 'invalid']);

/** The addresses of a customer's profile. */
type Profile = Pick<CustomerRow, 'email' | 'phone'>;

/**
 * The suppressions that hold for customers. A complaint or a legal block is the person's, whichever of their addresses it came
 * by; an address that does not exist stops nobody who has another one by now.
 * @param profilesOf the profiles of customers; asked for those alone of whom an address does not exist
 * @returns customer's number -> suppressions
 */
export async function suppressionsOf(tx: Tx, identities: readonly IdentityRow[], profilesOf: (ids: number[]) => Promise<ReadonlyMap<number, Profile>>): Promise<Map<number, SuppressionRow[]>> {
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const byHash = new Map<string, IdentityRow[]>();
	for (const identity of identities) addTo(byHash, suppressionHash(secret, identity), identity);
	const result = new Map<number, SuppressionRow[]>();
	if (byHash.size === 0) return result;
	const closed = (await tx.all(suppressionPlans.byHashes, { keys: [...byHash.keys()] })).flatMap((row) => (byHash.get(row.address_hash) ?? []).map((identity) => ({ row, identity })));
	const gone = new Set(closed.flatMap(({ row, identity }) => (OF_THE_ADDRESS.has(row.reason) ? identity.customer_id : [])));
	const profiles = gone.size === 0 ? new Map<number, Profile>() : await profilesOf([...gone]);
	for (const { row, identity } of closed) {
		const id = identity.customer_id;
		if (!OF_THE_ADDRESS.has(row.reason) || isInUse(identity, profiles.get(id))) addTo(result, id, row);
	}
	return result;
}

/** Whether messages may go there (address.ts): to another one only when the profile says to which. */
export function isInUse({ type, value }: Identity, profile: Profile | undefined): boolean {
	const usual = type === IDENTITY_TYPES.email ? profile?.email : type === IDENTITY_TYPES.phone ? profile?.phone : null;
	return !usual || usual === value;
}
