import { addTo } from '../core/grouped';
import { consentPlans, type JudgedCustomer, type StandingConsent, type SuppressionRow } from '../store/plans/customerPlans';
import { decisionPlans, touchPlans, type DecisionRow, type TouchRow } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { Addresses } from './addresses';
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
	const [decisions, early, heldRows, touchRows, consents, ofSteps, pace] = await Promise.all([
		tx.all(decisionPlans.byKeys, { keys: [...new Set(requests.map((request) => request.key))] }),
		Addresses.early(tx, ids),
		someOf(ids, () => tx.all(decisionPlans.held, { ids })),
		someOf(ids, () => tx.all(touchPlans.since, { ids, since })),
		someOf(ids, () => tx.all(consentPlans.standingOf, { ids })),
		sameSteps(tx, requests),
		ChannelPace.load(tx, policy, fromMs),
	]);
	const waiting = heldRows.map((row) => ({ ...pendingOfRow(row), customerId: row.customer_id as number }));
	const answered = decisions.map((row) => row.idem_key);
	const [addresses, holdouts, answeredTouches] = await Promise.all([
		early.of(customers, channelsOf(requests, waiting)),
		Holdouts.load(tx, customers, journeysOf(requests, waiting), policy),
		someOf(answered, () => tx.all(touchPlans.byKeys, { keys: answered })),
	]);
	const ghosts = await holdouts.ghosts(asked.filter(isOfCustomer), since);
	return {
		customers,
		addresses: addresses.byCustomer,
		consents: consentsOf(consents),
		suppressions: addresses.suppressions,
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

const isOfCustomer = (one: Asked): one is Asked & { customerId: number } => one.customerId !== null;

const someOf = <T>(wanted: readonly unknown[], read: () => Promise<T[]>): Promise<T[]> => (wanted.length === 0 ? Promise.resolve([]) : read());

/** Channels that a message may leave by. */
function channelsOf(requests: readonly ContactRequest[], waiting: readonly Pending[]): Set<string> {
	const channels = new Set<string>();
	for (const { channel, onBlock } of requests) {
		channels.add(channel);
		if (typeof onBlock !== 'string') for (const other of onBlock.fallback) channels.add(other);
	}
	for (const { channel } of waiting) channels.add(channel);
	return channels;
}

/** Journeys that messages belong to. */
function journeysOf(requests: readonly ContactRequest[], waiting: readonly Pending[]): Set<string> {
	const journeys = new Set<string>();
	for (const { journey } of requests) if (journey) journeys.add(journey);
	for (const { journey } of waiting) if (journey) journeys.add(journey);
	return journeys;
}

function consentsOf(rows: readonly StandingConsent[]): Map<number, Consent[]> {
	const consents = new Map<number, Consent[]>();
	for (const { customer_id: id, channel, purpose, status, at, expires_at: expiresAt } of rows) addTo(consents, id, { channel, purpose, status, at, expiresAt });
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
	const steps = new Map<string, Step>();
	for (const request of requests) {
		const step = stepOf(request);
		if (step) steps.set(stepName(step), step);
	}
	const result = new Map<string, Touch[]>();
	for (const row of await tx.each(touchPlans.ofSteps, [...steps.values()])) addTo(result, stepName(row as Step), stepTouchOf(row));
	return result;
}
