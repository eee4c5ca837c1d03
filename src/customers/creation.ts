import { hashOf } from '../core/hash';
import { customerPlans, type NewCustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { findText } from './findText';
import { IDENTITY_TYPES, type Identity } from './identity';
import { nameOf } from './identityKeys';
import { lockCustomers } from './locking';
import { loadOwnProfiles, saveOwnProfiles } from './merge/ownProfile';

/** A customer: the number of one who is in the store, the key of one who is about to be. */
export type Owner = number | string;

export interface Fresh {
	/** Text key; one that comes from an identity, not from the shop, may be changed when it is taken. */
	key: string;
	derivedFrom: Identity | undefined;
	email: string | null;
	phone: string | null;
	/** created instant, UTC milliseconds */
	at: number | undefined;
}

export interface Attachment {
	identity: Identity;
	owner: Owner;
	/** Who the identity that led to the owner belonged to before a merge; the new one is theirs as well. */
	via?: number;
}

/** The text key of a customer who came without an id of the shop. */
export function derivedKey(identity: Identity, attempt = 0): string {
	return `c_${hashOf(identity.type, identity.value, ...(attempt === 0 ? [] : [attempt])).slice(0, 16)}`;
}

export function isDerivedKey(key: string): boolean {
	return /^c_[0-9a-f]{16}$/.test(key);
}

export type Made = ReadonlyMap<string, { id: number; key: string }>;

/** @returns who was made, by the key in `fresh`; a key that is taken and cannot be changed is left out */
export async function createCustomers(tx: Tx, fresh: ReadonlyMap<string, Fresh>, attach: readonly Attachment[]): Promise<Made> {
	const made = new Map<string, { id: number; key: string }>();
	if (fresh.size === 0) return made;
	const now = await tx.now();
	const values = new Map<Owner, string[]>();
	for (const { identity, owner } of attach) values.set(owner, [...(values.get(owner) ?? []), identity.value]);
	let left = [...fresh.entries()];
	for (let attempt = 1; left.length > 0 && attempt <= 3; attempt++) {
		const rows = left.map(([name, { key, email, phone, at }]): NewCustomerRow => ({ key, email, phone, find_ids: findText([key, ...(values.get(name) ?? [])]), created_at: at ?? now, updated_at: now }));
		const inserted = new Map((await tx.each(customerPlans.insert, rows)).map((row) => [row.key, row.id]));
		for (const [name, { key }] of left) {
			const id = inserted.get(key);
			if (id !== undefined) made.set(name, { id, key });
		}
		left = left.flatMap(([name, one]) => (made.has(name) || !one.derivedFrom ? [] : [[name, { ...one, key: derivedKey(one.derivedFrom, attempt) }]]));
	}
	return made;
}

/** Writes new identities, and fills the e-mail and phone of customers who had none. Nothing is added to an erased customer. */
export async function keepIdentities(tx: Tx, attach: readonly Attachment[], made: Made): Promise<void> {
	const standing = await lockCustomers(tx, attach.flatMap(({ owner }) => (typeof owner === 'number' ? [owner] : [])));
	const idOf = (owner: Owner) => (typeof owner === 'string' ? made.get(owner)?.id : standing.get(owner)?.erased_at === null ? owner : undefined);
	const rows = attach.flatMap(({ identity, owner, via }) => {
		const customer_id = idOf(owner);
		return customer_id === undefined ? [] : [{ ...identity, customer_id, origin_id: via ?? null }];
	});
	const keys = [...made.values()].map(({ id, key }) => ({ type: IDENTITY_TYPES.customerId, value: key, customer_id: id, origin_id: null }));
	await tx.each(customerPlans.insertIdentity, [...new Map([...rows, ...keys].map((row) => [nameOf(row), row])).values()]);
	const older = new Map<number, Identity[]>();
	for (const { identity, owner } of attach) if (typeof owner === 'number' && idOf(owner) !== undefined) older.set(owner, [...(older.get(owner) ?? []), identity]);
	const valueOf = (identities: readonly Identity[], type: string) => identities.find((identity) => identity.type === type)?.value ?? null;
	const fills = [...older].map(([id, identities]) => ({ id, email: valueOf(identities, IDENTITY_TYPES.email), phone: valueOf(identities, IDENTITY_TYPES.phone), find_ids: findText(identities.map(({ value }) => value)) }));
	await tx.each(customerPlans.fillContact, fills.sort((a, b) => a.id - b.id));
	await fillOwnProfiles(tx, attach.flatMap(({ identity, owner, via }) => (typeof owner === 'number' ? [{ identity, customerId: via ?? owner }] : [])));
}

/** The own profiles of merged customers get the address as well. */
async function fillOwnProfiles(tx: Tx, attached: readonly { identity: Identity; customerId: number }[]): Promise<void> {
	const profiles = await loadOwnProfiles(tx, attached.map(({ customerId }) => customerId));
	for (const { identity, customerId } of attached) {
		const profile = profiles.get(customerId);
		if (profile && identity.type === IDENTITY_TYPES.email) profile.email ??= identity.value;
		if (profile && identity.type === IDENTITY_TYPES.phone) profile.phone ??= identity.value;
	}
	await saveOwnProfiles(tx, profiles);
}
