import { identitiesOf, type CustomerRef, type Identity } from './identity';

/** The pair as one text, for maps. */
export const nameOf = (identity: Identity): string => `${identity.type}\u0000${identity.value}`;

/** Each pair once, in the order of its first occurrence. */
export function uniqueIdentities(identities: readonly Identity[]): Identity[] {
	return [...new Map(identities.map(({ type, value }) => [nameOf({ type, value }), { type, value }])).values()];
}

/** The identities of a reference that can be in a store at all: a NUL character or half a surrogate pair is in no id. */
export function findableIdentities(ref: CustomerRef): Identity[] {
	return identitiesOf(ref).filter(({ value }) => value !== '' && !/[\0\p{Cs}]/u.test(value));
}
