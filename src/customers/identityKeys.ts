import { identitiesOf, type CustomerRef, type Identity } from './identity';
import { IdentityMap } from './identityMap';

/** The pair as one text, for maps. */
export const nameOf = (identity: Identity): string => `${identity.type}\u0000${identity.value}`;

/** Each pair once, in the order of its first occurrence. */
export function uniqueIdentities(identities: readonly Identity[]): Identity[] {
	const seen = new IdentityMap<true>();
	const unique: Identity[] = [];
	for (const identity of identities) {
		if (seen.has(identity)) continue;
		seen.set(identity, true);
		unique.push({ type: identity.type, value: identity.value });
	}
	return unique;
}

/** The identities of a reference that can be in a store at all: a NUL character or half a surrogate pair is in no id. */
export function findableIdentities(ref: CustomerRef): Identity[] {
	const identities = identitiesOf(ref);
	return identities.every(isFindable) ? identities : identities.filter(isFindable);
}

/** Most ids: nothing to look at more closely. */
const PLAIN = /^[!-~]+$/;
const isFindable = ({ value }: Identity): boolean => PLAIN.test(value) || (value !== '' && !/[\0\p{Cs}]/u.test(value));
