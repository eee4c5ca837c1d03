import { consentPlans, customerPlans, suppressionPlans, type JudgedCustomer, type IdentityRow, type StandingConsent, type SuppressionRow } from '../store/plans/customerPlans';
import { decisionPlans, touchPlans, type DecisionRow, type TouchRow } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { suppressionHash } from './addressHash';
import { ChannelPace } from './channelPace';
import type { Consent, Pending, Touch, TouchState } from './facts';
import { Holdouts } from './holdouts';
import { pendingOfRow, stepName, stepOf, stepTouchOf, touchesOf, type Step } from './ledgerRows';
import { isOutranked, type Outranked } from './preemption';
import type { Policy } from './policy';
import type { ContactRequest } from './request';

/** A request, and the number of the customer it is about; null: nobody the store knows. */
export interface Asked {
	request: ContactRequest;
	customerId: number | null;
}

/** What the store knows of some customers and of what is asked about them, by the customer's number where no other key is named. */
export interface Known {
	customers: ReadonlyMap<number, JudgedCustomer>;
	/** identity type -> value */
	addresses: ReadonlyMap<number, Record<string, string>>;
	consents: ReadonlyMap<number, Consent[]>;
	suppressions: ReadonlyMap<number, SuppressionRow[]>;
	/** ascending by time, with ghost slots */
	touches: Map<number, Touch[]>;
	/** held messages by their keys */
	held: Map<number, Map<string, Pending>>;
	heldRows: ReadonlyMap<string, DecisionRow>;
	/** standing answers, by the keys asked */
	decisions: Map<string, DecisionRow>;
	/** by key: the state of the message that a SEND was, of keys answered before */
	states: Map<string, TouchState>;
	/** by key: who took the place of a message that was reserved */
	outranked: ReadonlyMap<string, Outranked>;
	/** messages of the same step and visit, by `stepName` */
	ofSteps: Map<string, Touch[]>;
	holdouts: Holdouts;
	pace: ChannelPace;
}

/**
 * Reads all of it, each table once. What does not depend on each other is asked for at the same time: on PostgreSQL one
 * answer is read while the next is made.
 * @param customers locked by the caller
 * @param fromMs earliest instant of a decision in this call
 */
export async function readKnown(tx: Tx, customers: ReadonlyMap<number, JudgedCustomer>, asked: readonly Asked[], policy: Policy, fromMs: number): Promise<Known> {
	const requests = asked.map(({ request }) => request);
	// In their order, rows of neighbours lie together and messages come as they are wanted.
	const ids = [...customers.keys()].sort((a, b) => a - b);
	const since = fromMs - policy.lookBackMs;
	const [decisions, identities, heldRows, touchRows, consents, ofSteps, pace] = await Promise.all([
		tx.all(decisionPlans.byKeys, { keys: [...new Set(requests.map((request) => request.key))] }),
		someOf(ids, () => tx.all(customerPlans.identitiesOfMany, { ids })),
		someOf(ids, () => tx.all(decisionPlans.held, { ids })),
		someOf(ids, () => tx.all(touchPlans.since, { ids, since })),
		someOf(ids, () => tx.all(consentPlans.standingOf, { ids })),
		sameSteps(tx, requests),
		ChannelPace.load(tx, policy, fromMs),
	]);
	const waiting = heldRows.map((row) => ({ ...pendingOfRow(row), customerId: row.customer_id as number }));
	const answered = decisions.map((row) => row.idem_key);
	const [suppressions, holdouts, answeredTouches] = await Promise.all([
		suppressionsOf(tx, identities),
		Holdouts.load(tx, customers, [...requests, ...waiting], policy),
		someOf(answered, () => tx.all(touchPlans.byKeys, { keys: answered })),
	]);
	const ghosts = await holdouts.ghosts(asked.flatMap(({ request, customerId }) => (customerId === null || !customers.has(customerId) ? [] : [{ ...request, customerId }])), since);
	return {
		customers,
		addresses: addressesOf(identities),
		consents: consentsOf(consents),
		suppressions,
		touches: withGhosts(touchesOf(touchRows), ghosts),
		held: heldOf(waiting, holdouts),
		heldRows: new Map(heldRows.map((row) => [row.idem_key, row])),
		decisions: new Map(decisions.map((row) => [row.idem_key, row])),
		states: new Map(answeredTouches.map((row) => [row.idem_key, stateAt(row, fromMs)])),
		outranked: new Map(answeredTouches.flatMap(({ idem_key, state, result_note }) => (state === 'released' && isOutranked(result_note) ? [[idem_key, result_note] as const] : []))),
		ofSteps,
		holdouts,
		pace,
	};
}

const someOf = <T>(wanted: readonly unknown[], read: () => Promise<T[]>): Promise<T[]> => (wanted.length === 0 ? Promise.resolve([]) : read());

function addressesOf(identities: readonly IdentityRow[]): Map<number, Record<string, string>> {
	const addresses = new Map<number, Record<string, string>>();
	for (const { customer_id: id, type, value } of identities) {
		const own = addresses.get(id);
		if (own) own[type] = value;
		else addresses.set(id, { [type]: value });
	}
	return addresses;
}

function consentsOf(rows: readonly StandingConsent[]): Map<number, Consent[]> {
	const consents = new Map<number, Consent[]>();
	for (const { customer_id: id, channel, purpose, status, at, expires_at: expiresAt } of rows) push(consents, id, { channel, purpose, status, at, expiresAt });
	return consents;
}

function heldOf(waiting: readonly (Pending & { customerId: number })[], holdouts: Holdouts): Map<number, Map<string, Pending>> {
	const held = new Map<number, Map<string, Pending>>();
	for (const { customerId, ...one } of waiting) {
		const own = held.get(customerId) ?? new Map<string, Pending>();
		own.set(one.key, { ...one, ghost: holdouts.groupHolding(customerId, one) !== undefined });
		held.set(customerId, own);
	}
	return held;
}

/** A reservation that nobody confirmed in time has given its place back, whether or not that was written down (P57). */
function stateAt(row: TouchRow, nowMs: number): TouchState {
	const expired = row.state === 'reserved' && row.expires_at !== null && row.expires_at <= nowMs;
	return expired ? 'expired' : (row.state as TouchState);
}

/** Ghost slots among a customer's messages, ascending. */
function withGhosts(touches: Map<number, Touch[]>, ghosts: ReadonlyMap<number, Touch[]>): Map<number, Touch[]> {
	for (const [id, own] of ghosts) touches.set(id, [...(touches.get(id) ?? []), ...own].sort((a, b) => a.ts - b.ts));
	return touches;
}

/** Messages of the requests' own steps, however long ago they were sent (check 6). */
async function sameSteps(tx: Tx, requests: readonly ContactRequest[]): Promise<Map<string, Touch[]>> {
	const steps = new Map(requests.map(stepOf).flatMap((step) => (step ? [[stepName(step), step] as const] : [])));
	const result = new Map<string, Touch[]>();
	for (const row of await tx.each(touchPlans.ofSteps, [...steps.values()])) push(result, stepName(row as Step), stepTouchOf(row));
	return result;
}

/** Hashing addresses is a good part of a decision, and many a store has nobody suppressed. */
async function suppressionsOf(tx: Tx, identities: readonly IdentityRow[]): Promise<Map<number, SuppressionRow[]>> {
	if (identities.length === 0 || !(await tx.first(suppressionPlans.any, {}))) return new Map();
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const owners = new Map<string, number[]>();
	for (const identity of identities) push(owners, suppressionHash(secret, identity), identity.customer_id);
	const result = new Map<number, SuppressionRow[]>();
	for (const row of await tx.all(suppressionPlans.byHashes, { keys: [...owners.keys()] })) {
		for (const id of owners.get(row.address_hash) ?? []) push(result, id, row);
	}
	return result;
}

function push<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
	const group = groups.get(key);
	if (group) group.push(value);
	else groups.set(key, [value]);
}
