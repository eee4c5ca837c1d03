import { consentPlans, customerPlans, suppressionPlans, type ConsentDbRow, type CustomerRow, type IdentityRow, type SuppressionRow } from '../store/plans/customerPlans';
import { decisionHistoryPlans, decisionPlans, touchPlans, type AnswerRow, type DecisionRow, type NewTouch } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { suppressionHash } from './addressHash';
import { ChannelPace } from './channelPace';
import type { Decision } from './decision';
import type { CustomerFacts, Facts, Pending, PriorAnswer, Touch, TouchState } from './facts';
import { Holdouts } from './holdouts';
import { pendingOf, stepName, stepOf, touchesOf, touchOf, type Step } from './ledgerRows';
import type { Policy } from './policy';
import { rememberPolicy } from './policyUsed';
import type { ContactRequest } from './request';
import { bodyHash } from './requestKey';

/**
 * What the policy needs to know of some customers, read once under their locks, and what it decided, written in one go.
 * Decisions of one call see each other: several messages of one customer are judged in order (P66).
 */
export class PolicyLedger {
	private readonly changedDecisions = new Map<string, DecisionRow>();
	private readonly replacedAnswers: AnswerRow[] = [];
	private readonly newTouches = new Map<string, NewTouch>();
	private readonly touchStates = new Map<string, string>();

	private constructor(
		private readonly tx: Tx,
		private readonly policy: Policy,
		private readonly customers: ReadonlyMap<number, CustomerRow>,
		private readonly identities: ReadonlyMap<number, IdentityRow[]>,
		private readonly consents: ReadonlyMap<number, ConsentDbRow[]>,
		private readonly suppressions: ReadonlyMap<number, SuppressionRow[]>,
		private readonly touches: Map<number, Touch[]>,
		private readonly held: Map<number, Map<string, Pending>>,
		private readonly decisions: Map<string, DecisionRow>,
		private readonly stateOfKey: Map<string, TouchState>,
		private readonly ofStep: Map<string, Touch[]>,
		private readonly holdouts: Holdouts,
		private readonly pace: ChannelPace,
	) {}

	/**
	 * @param customers locked by the caller
	 * @param fromMs earliest instant of a decision in this call
	 */
	static async load(tx: Tx, customers: ReadonlyMap<number, CustomerRow>, asked: readonly Asked[], policy: Policy, fromMs: number): Promise<PolicyLedger> {
		const requests = asked.map(({ request }) => request);
		const ids = [...customers.keys()];
		const distinct = [...new Set(requests.map((request) => request.key))].map((idem_key) => ({ idem_key }));
		const identities = ids.length === 0 ? [] : await tx.all(customerPlans.identitiesOfMany, { ids });
		const touches = ids.length === 0 ? [] : await tx.all(touchPlans.since, { ids, since: fromMs - policy.lookBackMs });
		const held = ids.length === 0 ? [] : await tx.all(decisionPlans.held, { ids });
		const waiting = held.map((row) => ({ ...pendingOf(row), customerId: row.customer_id as number }));
		const holdouts = await Holdouts.load(tx, customers, [...requests, ...waiting], policy);
		const pending = new Map<number, Map<string, Pending>>();
		for (const { customerId, ...one } of waiting) {
			const own = pending.get(customerId) ?? new Map<string, Pending>();
			own.set(one.key, { ...one, ghost: holdouts.groupHolding(customerId, one) !== undefined });
			pending.set(customerId, own);
		}
		const decisions = await tx.each(decisionPlans.byKeys, distinct);
		const byKey = await tx.each(touchPlans.byKeys, distinct);
		return new PolicyLedger(
			tx,
			policy,
			customers,
			grouped(identities, (row) => row.customer_id, (row) => row),
			grouped(ids.length === 0 ? [] : await tx.all(consentPlans.ofMany, { ids }), (row) => row.customer_id, (row) => row),
			await suppressionsOf(tx, identities),
			withGhosts(touchesOf(touches), await holdouts.ghosts(asked.flatMap(({ request, customerId }) => (customerId === null || !customers.has(customerId) ? [] : [{ ...request, customerId }])), fromMs - policy.lookBackMs)),
			pending,
			new Map(decisions.map((row) => [row.idem_key, row])),
			new Map(byKey.map((row) => [row.idem_key, row.state as TouchState])),
			await sameSteps(tx, requests),
			holdouts,
			await ChannelPace.load(tx, policy, fromMs),
		);
	}

	/** @param customerId null: nobody of that id; `erased`: a tombstone answers for the identity */
	facts(customerId: number | null, request: ContactRequest, nowMs: number, options: { erased?: boolean; cancelled?: boolean; secondHandOff: PriorAnswer['secondHandOff']; replan?: boolean }): Facts {
		const row = customerId === null ? undefined : this.customers.get(customerId);
		const prior = this.decisions.get(request.key);
		const answer = prior && (JSON.parse(prior.answer) as Decision);
		const step = stepOf(request);
		const pending = customerId === null ? undefined : this.held.get(customerId);
		return {
			erased: options.erased === true || (row !== undefined && row.erased_at !== null),
			customer: row ? this.customerFacts(row) : null,
			suppressions: (customerId !== null && this.suppressions.get(customerId)) || [],
			consents: ((customerId !== null && this.consents.get(customerId)) || []).map((consent) => ({ channel: consent.channel, purpose: consent.purpose, status: consent.status, at: consent.at, expiresAt: consent.expires_at })),
			touches: (customerId !== null && this.touches.get(customerId)) || [],
			sameStep: (step !== undefined && this.ofStep.get(stepName(step))) || [],
			pending: pending ? [...pending.values()] : [],
			cancelled: options.cancelled,
			inHoldout: row !== undefined && this.holdouts.groupHolding(row.id, request) !== undefined,
			channelFreeAtMs: this.pace.freeAt(request, answer, nowMs),
			...(prior && answer
				? { prior: { bodyHash: prior.body_hash, answer, askedAtMs: prior.asked_at, touchState: this.stateOfKey.get(request.key), secondHandOff: options.secondHandOff, replan: options.replan } }
				: {}),
		};
	}

	/**
	 * Notes a decision, and the touch that a SEND takes.
	 * @param state `handed_off` where the message leaves by a node now, `committed` where it counts as sent at once
	 */
	take(request: ContactRequest, customerId: number | null, decision: Decision, state: 'handed_off' | 'committed', nowMs: number): void {
		// Who is nobody's customer, or was erased, is not written down: no erasure would ever find it.
		const kept = customerId === null ? { ...request, customer: '' } : request;
		const row: DecisionRow = {
			idem_key: request.key,
			body_hash: bodyHash(request),
			customer_id: customerId,
			customer_key: kept.customer,
			decided_at: decision.decidedAtMs,
			asked_at: this.decisions.get(request.key)?.asked_at ?? nowMs,
			decision: decision.decision,
			until_at: decision.decision === 'delay' ? decision.untilMs : null,
			rule: decision.decision === 'send' ? null : (decision.rule ?? null),
			reason: decision.decision === 'drop' ? decision.reason : null,
			channel: decision.channel,
			journey_key: request.journey ?? null,
			enrolment: request.enrolment ?? null,
			policy_version: decision.policyVersion,
			request: JSON.stringify(kept),
			answer: JSON.stringify(decision),
		};
		const before = this.decisions.get(request.key);
		if (before && before.customer_id !== null && before.decision === 'delay') {
			this.replacedAnswers.push({ idem_key: before.idem_key, customer_id: before.customer_id, decided_at: before.decided_at, ended_at: row.decided_at, answer: before.answer });
		}
		this.pace.note(request, decision, this.answerBefore(request.key), nowMs);
		this.decisions.set(request.key, row);
		this.changedDecisions.set(request.key, row);
		if (customerId === null) return;
		const pending = this.held.get(customerId) ?? new Map<string, Pending>();
		this.held.set(customerId, pending);
		if (decision.decision === 'delay') pending.set(request.key, pendingOf(row));
		else pending.delete(request.key);
		if (decision.decision === 'drop' && decision.reason === 'holdout') this.addTouch(customerId, this.holdouts.held(customerId, request, decision.channel, decision.policyVersion, nowMs));
		if (decision.decision !== 'send') return;
		this.holdouts.sent(customerId, request, nowMs);
		this.takeSlot(request, customerId, decision, state, nowMs);
	}

	/** A handed-off message that came again and was never reported: somebody has to look whether it went out. */
	markUnknown(key: string): void {
		if (this.stateOfKey.get(key) !== 'handed_off') return;
		this.stateOfKey.set(key, 'unknown');
		this.touchStates.set(key, 'unknown');
	}

	stateOf(key: string): TouchState | undefined {
		return this.stateOfKey.get(key);
	}

	async save(nowMs: number): Promise<void> {
		if (this.changedDecisions.size > 0) await rememberPolicy(this.tx, this.policy);
		await this.holdouts.save();
		await this.pace.save(nowMs);
		await this.tx.each(decisionPlans.save, [...this.changedDecisions.values()]);
		await this.tx.each(decisionHistoryPlans.insert, this.replacedAnswers);
		await this.tx.each(touchPlans.insert, [...this.newTouches.values()]);
		await this.tx.each(touchPlans.setState, [...this.touchStates].map(([idem_key, state]) => ({ idem_key, state })));
	}

	private takeSlot(request: ContactRequest, customerId: number, decision: Extract<Decision, { decision: 'send' }>, state: 'handed_off' | 'committed', nowMs: number): void {
		const touch: Touch = {
			key: request.key,
			ts: nowMs,
			state,
			channel: decision.channel,
			category: request.category,
			tags: request.tags,
			class: request.class,
			journey: request.journey ?? null,
			priority: request.priority,
			exempt: request.exempt,
			counts: request.counts ?? null,
			enrolment: request.enrolment ?? null,
			step: request.step ?? null,
			visit: request.visit ?? null,
		};
		this.addTouch(customerId, touch);
		const step = stepOf(request);
		if (step) this.ofStep.set(stepName(step), [...(this.ofStep.get(stepName(step)) ?? []), touch]);
		for (const key of decision.preempts) this.touchStates.set(key, 'released');
		this.stateOfKey.set(request.key, state);
		this.newTouches.set(request.key, {
			customer_id: customerId,
			ts: nowMs,
			channel: touch.channel,
			category: touch.category,
			tags: JSON.stringify(touch.tags),
			class: touch.class,
			journey_key: request.journey ?? null,
			state,
			priority: touch.priority,
			exempt: JSON.stringify(request.exempt),
			counts: request.counts === undefined ? null : Number(request.counts),
			idem_key: request.key,
			enrolment: request.enrolment ?? null,
			step_key: request.step ?? null,
			visit: request.visit ?? null,
			expires_at: null,
			policy_version: decision.policyVersion,
		});
	}

	/** Keeps the customer's messages ascending, also where the clock was stepped back. */
	private addTouch(customerId: number, touch: Touch): void {
		const touches = this.touches.get(customerId) ?? [];
		this.touches.set(customerId, touches);
		const place = touches.findIndex((other) => other.ts > touch.ts);
		touches.splice(place < 0 ? touches.length : place, 0, touch);
	}

	private answerBefore(key: string): Decision | undefined {
		const before = this.decisions.get(key);
		return before && (JSON.parse(before.answer) as Decision);
	}

	private customerFacts(row: CustomerRow): CustomerFacts {
		const addresses = Object.fromEntries((this.identities.get(row.id) ?? []).map((identity) => [identity.type, identity.value]));
		return { stage: row.stage, vip: row.vip === 1, timeZone: row.time_zone, country: row.country, phone: row.phone, email: row.email, addresses };
	}
}

/** A request, and the number of the customer it is about; null: nobody the store knows. */
export interface Asked {
	request: ContactRequest;
	customerId: number | null;
}

function withGhosts(touches: Map<number, Touch[]>, ghosts: ReadonlyMap<number, Touch[]>): Map<number, Touch[]> {
	for (const [id, own] of ghosts) touches.set(id, [...(touches.get(id) ?? []), ...own].sort((a, b) => a.ts - b.ts));
	return touches;
}

/** Messages of the requests' own steps, however long ago they were sent (check 6). */
async function sameSteps(tx: Tx, requests: readonly ContactRequest[]): Promise<Map<string, Touch[]>> {
	const steps = new Map(requests.map(stepOf).flatMap((step) => (step ? [[stepName(step), step] as const] : [])));
	const result = new Map<string, Touch[]>();
	for (const row of await tx.each(touchPlans.ofSteps, [...steps.values()])) {
		const name = stepName(row as Step);
		result.set(name, [...(result.get(name) ?? []), touchOf(row)]);
	}
	return result;
}

async function suppressionsOf(tx: Tx, identities: readonly IdentityRow[]): Promise<Map<number, SuppressionRow[]>> {
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

function grouped<T, V>(rows: readonly T[], keyOf: (row: T) => number, valueOf: (row: T) => V): Map<number, V[]> {
	const groups = new Map<number, V[]>();
	for (const row of rows) {
		const group = groups.get(keyOf(row));
		if (group) group.push(valueOf(row));
		else groups.set(keyOf(row), [valueOf(row)]);
	}
	return groups;
}
