import { IDENTITY_TYPES } from '../customers/identity';
import { loadCustomers } from '../customers/locking';
import { customerPlans, suppressionPlans, type IdentityRow, type JudgedCustomer, type SuppressionRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { addressTypeOf } from './addressHash';
import { suppressionsOf } from './closedAddress';

/** Where customers can be reached besides the e-mail and phone of their profile, and which of their addresses are suppressed. */
interface Reached {
	/** customer's number -> identity type -> value; nothing of those whose profile has what the channels need */
	byCustomer: Map<number, Record<string, string>>;
	suppressions: Map<number, SuppressionRow[]>;
}

/** Stores in which somebody was seen to be suppressed. */
const suppressing = new Set<string>();
const STORES_KEPT = 2_000;

/**
 * The identities of customers, read as far as anything depends on them: of everybody where somebody is suppressed, as it
 * may be they; else of those whose profile lacks the address of a channel.
 */
export class Addresses {
	private constructor(
		private readonly tx: Tx,
		private readonly ids: readonly number[],
		/** null: not read yet */
		private readonly identities: IdentityRow[] | null,
		private readonly isAnybodySuppressed: boolean,
	) {}

	/** Asked together with everything else of the customers: where there were suppressions before, there are some now. */
	static async early(tx: Tx, ids: readonly number[]): Promise<Addresses> {
		if (ids.length === 0) return new Addresses(tx, ids, [], false);
		const mostLikely = suppressing.has(tx.storeId);
		const [identities, any] = await Promise.all([mostLikely ? tx.all(customerPlans.identitiesOfMany, { ids: [...ids] }) : null, tx.first(suppressionPlans.any, {})]);
		if (any && suppressing.size >= STORES_KEPT) suppressing.clear();
		if (any) suppressing.add(tx.storeId);
		return new Addresses(tx, ids, identities, any !== undefined);
	}

	/** @param channels that messages may leave by */
	async of(customers: ReadonlyMap<number, JudgedCustomer>, channels: ReadonlySet<string>): Promise<Reached> {
		const identities = this.identities ?? (await this.identitiesOf(this.isAnybodySuppressed ? this.ids : withoutUsual(customers, channels)));
		const byCustomer = byCustomerOf(identities);
		const profilesOf = async (ids: number[]) => await loadCustomers(this.tx, ids);
		return { byCustomer, suppressions: this.isAnybodySuppressed ? await suppressionsOf(this.tx, identities, profilesOf) : new Map() };
	}

	private async identitiesOf(ids: readonly number[]): Promise<IdentityRow[]> {
		return ids.length === 0 ? [] : await this.tx.all(customerPlans.identitiesOfMany, { ids: [...ids] });
	}
}

/** Those whose profile lacks the address that some channel uses. */
function withoutUsual(customers: ReadonlyMap<number, JudgedCustomer>, channels: ReadonlySet<string>): number[] {
	const types = [...new Set([...channels].map(addressTypeOf))];
	const lacks = (row: JudgedCustomer) => types.some((type) => !(type === IDENTITY_TYPES.email ? row.email : type === IDENTITY_TYPES.phone ? row.phone : null));
	return [...customers.values()].filter(lacks).map(({ id }) => id);
}

function byCustomerOf(identities: readonly IdentityRow[]): Map<number, Record<string, string>> {
	const addresses = new Map<number, Record<string, string>>();
	for (const { customer_id: id, type, value } of identities) {
		const own = addresses.get(id);
		if (own) own[type] = value;
		else addresses.set(id, { [type]: value });
	}
	return addresses;
}
