import { identitiesOf, type CustomerRef, type Identity } from './identity';

/** The pair as one text, for maps. */
export const nameOf = (identity: Identity): string => `${identity.type}\u0000${identity.value}`;

/** Each pair once, in the order of its first occurrence. */
export function uniqueIdentities(identities: readonly Identity[]): Identity[] {
	const named = new Map<string, Identity>();
	for (const identity of identities) {
		const name = nameOf(identity);
		if (!named.has(name)) named.set(name, { type: identity.type, value: identity.value });
	}
	return [...named.values()];
}

/** The identities of a reference that can be in a store at all: a NUL character or half a surrogate pair is in no id. */
export function findableIdentities(ref: CustomerRef): Identity[] {
	return identitiesOf(ref).filter(({ value }) => value !== '' && !/[\0\p{Cs}]/u.test(value));
}
