import { suppressionPlans, type IdentityRow, type SuppressionRow } from '../store/plans/customerPlans';
import { touchPlans } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { suppressionHash } from './addressHash';
import type { Touch } from './facts';
import { stepName, stepOf, touchOf, type Step } from './ledgerRows';
import type { ContactRequest } from './request';

/** Parts of what the ledger reads of some customers at once. */

/** Ghost slots among a customer's messages, ascending. */
export function withGhosts(touches: Map<number, Touch[]>, ghosts: ReadonlyMap<number, Touch[]>): Map<number, Touch[]> {
	for (const [id, own] of ghosts) touches.set(id, [...(touches.get(id) ?? []), ...own].sort((a, b) => a.ts - b.ts));
	return touches;
}

/** Messages of the requests' own steps, however long ago they were sent (check 6). */
export async function sameSteps(tx: Tx, requests: readonly ContactRequest[]): Promise<Map<string, Touch[]>> {
	const steps = new Map(requests.map(stepOf).flatMap((step) => (step ? [[stepName(step), step] as const] : [])));
	const result = new Map<string, Touch[]>();
	for (const row of await tx.each(touchPlans.ofSteps, [...steps.values()])) {
		const name = stepName(row as Step);
		result.set(name, [...(result.get(name) ?? []), touchOf(row)]);
	}
	return result;
}

export async function suppressionsOf(tx: Tx, identities: readonly IdentityRow[]): Promise<Map<number, SuppressionRow[]>> {
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const owners = new Map<string, number[]>();
	for (const identity of identities) {
		const hash = suppressionHash(secret, identity);
		owners.set(hash, [...(owners.get(hash) ?? []), identity.customer_id]);
	}
	const rows = await tx.each(suppressionPlans.byHashes, [...owners.keys()].map((address_hash) => ({ address_hash })));
	const result = new Map<number, SuppressionRow[]>();
	for (const row of rows) {
		for (const id of owners.get(row.address_hash) ?? []) result.set(id, [...(result.get(id) ?? []), row]);
	}
	return result;
}

/** Rows by a number that they share, in their order. */
export function grouped<T, V>(rows: readonly T[], keyOf: (row: T) => number, valueOf: (row: T) => V): Map<number, V[]> {
	const groups = new Map<number, V[]>();
	for (const row of rows) {
		const group = groups.get(keyOf(row));
		if (group) group.push(valueOf(row));
		else groups.set(keyOf(row), [valueOf(row)]);
	}
	return groups;
}
