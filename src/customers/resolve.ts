import { customerPlans, type CustomerRow, type IdentityRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { createCustomers, derivedKey, isDerivedKey, keepIdentities, type Attachment, type Fresh, type Owner } from './creation';
import { IDENTITY_TYPES, type CustomerRef, type Identity } from './identity';
import { findableIdentities, nameOf, uniqueIdentities } from './identityKeys';
import { IdentityMap } from './identityMap';
import { loadCustomers, lockCustomers, lockRows, lockToJudge } from './locking';
import { tombstonesOf } from './tombstones';

export { loadCustomers, lockCustomers, lockToJudge };

const MANY = 20;

/** What a reference led to. */
export type Resolved =
	| {
			found: true;
			id: number;
			created: boolean;
			warnings: string[];
			/** Identity types of the reference that are somebody else's, or an erased person's: nothing of them is this customer's. */
			foreign?: readonly string[];
			/** Who the deciding identity belonged to before a merge; absent when it is the customer's own. */
			via?: number;
	  }
	| { found: false; why: 'unknown_customer' | 'customer_erased' };

/** Numbers of those who were found. */
export const idsOf = (resolved: readonly Resolved[]): number[] => resolved.flatMap((one) => (one.found ? [one.id] : []));

/** Who the deciding identity belonged to before a merge. */
export const viaOf = (who: Resolved): number | undefined => (who.found ? who.via : undefined);

export interface ResolveOptions {
	/** Make customers that nobody knows yet; several references to the same new person make one. */
	create: boolean;
	/** `false` only looks, for read operations. */
	keep?: boolean;
	/** Created instant of a new customer, UTC milliseconds. */
	at?: (index: number) => number | undefined;
	/** Numbers of customers whom the caller is to lock besides. Who is locked before somebody is made is locked with them in one go: in id order, as everywhere. */
	along?: () => Promise<readonly number[]>;
}

/**
 * Finds the one customer of each reference; the first identity that is known decides (identitiesOf's order), further
 * known identities of somebody else stay where they are and are told in `warnings`. New identities of a found customer
 * are kept. Two ids of the shop never become one customer through a shared e-mail or phone (a family's, an office's):
 * an unknown id beside the e-mail of a customer who has another id is a new customer. Merging is a decision of its own.
 */
export async function resolveCustomers(tx: Tx, refs: readonly CustomerRef[], options: ResolveOptions): Promise<Resolved[]> {
	const wanted = refs.map(findableIdentities);
	const { owners, origins } = await ownersOf(tx, wanted, options.create);
	const unknown = wanted.flat().filter((identity) => !owners.has(identity));
	const finding = new Finding(refs, wanted, owners, origins, await tombstonesOf(tx, unknown), await namedOwners(tx, wanted, owners), options);
	const answers = wanted.map((_, index) => finding.find(index));
	if (!options.create && options.keep === false) return answers.map((answer) => ('pending' in answer ? UNKNOWN : answer));
	// The clock is read when somebody is made, and so after the locks.
	if (finding.attach.length > 0) await lockRows(tx, [...answers.flatMap((answer) => (!('pending' in answer) && answer.found ? [answer.id] : [])), ...((await options.along?.()) ?? [])]);
	const made = await createCustomers(tx, finding.fresh, finding.attach);
	await keepIdentities(tx, finding.attach, made);
	return answers.map((answer) => {
		if (!('pending' in answer)) return answer;
		const id = made.get(answer.pending)?.id;
		// The key is taken by a row that no identity leads to: the pseudonym of an erased customer.
		return id === undefined ? { found: false, why: 'customer_erased' } : { ...answer.found, id };
	});
}

type Found = Extract<Resolved, { found: true }>;
/** Somebody who has no id yet, known by the key. */
type Pending = { pending: string; found: Found };

const UNKNOWN: Resolved = { found: false, why: 'unknown_customer' };

/** Goes through the references in order; whoever comes first decides for those that follow. */
class Finding {
	readonly fresh = new Map<string, Fresh>();
	readonly attach: Attachment[] = [];

	constructor(
		private readonly refs: readonly CustomerRef[],
		private readonly wanted: readonly Identity[][],
		private readonly owners: IdentityMap<Owner>,
		private readonly origins: IdentityMap<number> | null,
		private readonly erased: ReadonlyMap<string, unknown>,
		/** Who has an id of the shop already. */
		private readonly named: Set<Owner>,
		private readonly options: ResolveOptions,
	) {}

	find(index: number): Resolved | Pending {
		const identities = this.wanted[index];
		const { customerId } = this.refs[index];
		let owner: Owner | undefined;
		for (let place = 0; owner === undefined && place < identities.length; place++) owner = this.owners.get(identities[place]);
		const isNewId = customerId !== undefined && !(identities.length > 0 && this.owners.has(identities[0]));
		if (owner !== undefined && isNewId && this.named.has(owner)) owner = undefined;
		if (owner === undefined) return this.make(index, identities);
		if (customerId !== undefined) this.named.add(owner);
		return this.answer(owner, false, identities);
	}

	private make(index: number, identities: readonly Identity[]): Resolved | Pending {
		if (identities.some((identity) => this.erased.has(nameOf(identity)) && !this.owners.has(identity))) return { found: false, why: 'customer_erased' };
		if (!this.options.create || identities.length === 0) return UNKNOWN;
		const { customerId } = this.refs[index];
		const key = customerId ?? derivedKey(identities[0]);
		const own = (type: string) => identities.find((identity) => identity.type === type && !this.owners.has(identity))?.value ?? null;
		this.fresh.set(key, { key, derivedFrom: customerId === undefined ? identities[0] : undefined, email: own(IDENTITY_TYPES.email), phone: own(IDENTITY_TYPES.phone), at: this.options.at?.(index) });
		if (customerId !== undefined) this.named.add(key);
		return this.answer(key, true, identities);
	}

	private answer(owner: Owner, created: boolean, identities: readonly Identity[]): Resolved | Pending {
		const deciding = this.origins && identities.find((identity) => this.owners.get(identity) === owner);
		const via = deciding ? this.origins?.get(deciding) : undefined;
		const warnings: string[] = [];
		let foreign: string[] | undefined;
		for (const identity of identities) {
			const holder = this.owners.get(identity);
			if (holder === owner) continue;
			if (holder === undefined && !this.erased.has(nameOf(identity))) {
				this.owners.set(identity, owner);
				this.attach.push({ identity, owner, via });
				continue;
			}
			(foreign ??= []).push(identity.type);
			warnings.push(holder === undefined ? `The ${labelOf(identity.type)} was erased and is not taken in again.` : `The ${labelOf(identity.type)} belongs to another customer and stays there.`);
		}
		const found: Found = { found: true, id: typeof owner === 'number' ? owner : 0, created, warnings };
		if (foreign) found.foreign = foreign;
		if (via !== undefined) found.via = via;
		return typeof owner === 'number' ? found : { pending: owner, found };
	}
}

/**
 * Locks and reads the customers that references led to. Whoever was erased while the lock was waited for counts as erased.
 * @param others numbers of further customers, locked in the same go
 */
export async function lockResolved(tx: Tx, resolved: readonly Resolved[], others: readonly number[] = []): Promise<{ resolved: Resolved[]; customers: Map<number, CustomerRow> }> {
	const customers = await lockCustomers(tx, [...idsOf(resolved), ...others]);
	const isErased = (one: Resolved) => one.found && customers.get(one.id)?.erased_at !== null;
	return { customers, resolved: resolved.map((one) => (isErased(one) ? { found: false, why: 'customer_erased' } : one)) };
}

interface Owners {
	owners: IdentityMap<Owner>;
	/** Whose an identity was before a merge; null: none of them was another's. */
	origins: IdentityMap<number> | null;
	/** of the identities that are known */
	count: number;
}

/** Who has which identity. Before somebody is made or gets an identity, one worker at a time goes on. */
async function ownersOf(tx: Tx, wanted: readonly Identity[][], create: boolean): Promise<Owners> {
	const identities = uniqueIdentities(wanted.flat());
	const found = await lookUp(tx, identities);
	if (tx.soleWriter || !create || found.count === identities.length) return found;
	await tx.all(customerPlans.lockCreation, {});
	return lookUp(tx, identities);
}

async function lookUp(tx: Tx, identities: readonly Identity[]): Promise<Owners> {
	const owners = new IdentityMap<Owner>();
	let origins: IdentityMap<number> | null = null;
	const rows = await identityRows(tx, identities);
	for (const row of rows) {
		owners.set(row, row.customer_id);
		if (row.origin_id) (origins ??= new IdentityMap()).set(row, row.origin_id);
	}
	return { owners, origins, count: rows.length };
}

/** Where many are looked up, they are so by type: there are few types. */
async function identityRows(tx: Tx, identities: readonly Identity[]): Promise<IdentityRow[]> {
	if (identities.length < MANY) return await tx.each(customerPlans.identities, identities);
	const byType = new Map<string, string[]>();
	for (const { type, value } of identities) {
		const keys = byType.get(type);
		if (keys) keys.push(value);
		else byType.set(type, [value]);
	}
	const found = await Promise.all([...byType].map(([type, keys]) => tx.all(customerPlans.identitiesOfType, { type, keys })));
	return found.flat();
}

/** Of the customers that an unknown id of the shop might be added to: those who have one already. */
async function namedOwners(tx: Tx, wanted: readonly Identity[][], owners: IdentityMap<Owner>): Promise<Set<Owner>> {
	const candidates = new Set<number>();
	for (const identities of wanted) {
		const [first] = identities;
		if (first?.type !== IDENTITY_TYPES.customerId || owners.has(first)) continue;
		for (const identity of identities) {
			const owner = owners.get(identity);
			if (typeof owner === 'number') candidates.add(owner);
		}
	}
	const ids = [...candidates];
	if (ids.length === 0) return new Set();
	const rows = await tx.all(customerPlans.identitiesOfMany, { ids });
	return new Set(rows.filter((row) => row.type === IDENTITY_TYPES.customerId && !isDerivedKey(row.value)).map((row) => row.customer_id));
}

function labelOf(type: string): string {
	if (type === IDENTITY_TYPES.email) return 'e-mail address';
	if (type === IDENTITY_TYPES.phone) return 'phone';
	return type === IDENTITY_TYPES.customerId ? 'customer id' : `${type} id`;
}
