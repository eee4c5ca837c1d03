import { consentPlans, customerPlans, type ConsentDbRow, type CustomerRow, type IdentityRow, type SuppressionRow } from '../store/plans/customerPlans';
import { decisionHistoryPlans, decisionPlans, touchPlans, type AnswerRow, type DecisionRow, type NewTouch, type TouchRow } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import { ChannelPace } from './channelPace';
import type { Decision } from './decision';
import type { CustomerFacts, Facts, Pending, PriorAnswer, Touch, TouchState } from './facts';
import { Holdouts } from './holdouts';
import { grouped, sameSteps, suppressionsOf, withGhosts } from './ledgerFacts';
import { pendingOfRow, stepName, stepOf, touchesOf } from './ledgerRows';
import { openQuestion } from './openQuestion';
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
	private readonly touchStates = new Map<string, { state: string; note: string | null }>();

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
		private readonly heldRows: ReadonlyMap<string, DecisionRow>,
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
		const waiting = held.map((row) => ({ ...pendingOfRow(row), customerId: row.customer_id as number }));
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
			new Map(byKey.map((row) => [row.idem_key, stateAt(row, fromMs)])),
			await sameSteps(tx, requests),
			new Map(held.map((row) => [row.idem_key, row])),
			holdouts,
			await ChannelPace.load(tx, policy, fromMs),
		);
	}

	openQuestion(customerId: number, channel: string, nowMs: number): ReturnType<typeof openQuestion> {
		return openQuestion(this.consents.get(customerId) ?? [], channel, nowMs);
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
	 * @param state `handed_off` where the message leaves by a node now, `reserved` where its sender is to confirm it, `committed` where it counts as sent at once
	 */
	take(request: ContactRequest, customerId: number | null, decision: Decision, state: TakenState, nowMs: number): void {
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
		if (decision.decision === 'delay') pending.set(request.key, pendingOfRow(row));
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
		this.touchStates.set(key, { state: 'unknown', note: null });
	}

	/** Gives a reservation's place back. @param note why: a drop reason */
	release(key: string, customerId: number, note: string): void {
		this.stateOfKey.set(key, 'released');
		this.touchStates.set(key, { state: 'released', note });
		const touches = this.touches.get(customerId) ?? [];
		const place = touches.findIndex((touch) => touch.key === key);
		if (place >= 0) touches[place] = { ...touches[place], state: 'released' };
	}

	/** A held message that goes along with another one is over; asked for again, it has been sent before (P68). */
	private carryAlong(key: string, customerId: number, carrier: string, nowMs: number): void {
		const row = this.decisions.get(key) ?? this.heldRows.get(key);
		this.held.get(customerId)?.delete(key);
		if (!row) return;
		const before = JSON.parse(row.answer) as Decision;
		const { channel, policyVersion } = before;
		const answer: Decision = { decision: 'drop', reason: 'duplicate', rule: DIGEST, channel, policyVersion, decidedAtMs: nowMs, trace: [{ check: 'duplicate', outcome: 'blocked', note: `goes along with ${carrier}` }] };
		if (row.customer_id !== null) this.replacedAnswers.push({ idem_key: key, customer_id: row.customer_id, decided_at: row.decided_at, ended_at: nowMs, answer: row.answer });
		const over: DecisionRow = { ...row, decided_at: nowMs, decision: 'drop', until_at: null, rule: DIGEST, reason: 'duplicate', answer: JSON.stringify(answer) };
		this.decisions.set(key, over);
		this.changedDecisions.set(key, over);
	}

	/** When a key was first asked. */
	askedAt(key: string): number | undefined {
		return this.decisions.get(key)?.asked_at;
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
		await this.tx.each(touchPlans.setState, [...this.touchStates].map(([idem_key, change]) => ({ idem_key, ...change })));
	}

	private takeSlot(request: ContactRequest, customerId: number, decision: Extract<Decision, { decision: 'send' }>, state: TakenState, nowMs: number): void {
		const touch: Touch = {
			key: request.key,
			ts: nowMs,
			state,
			expiresAt: state === 'reserved' ? decision.expiresAtMs : null,
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
		for (const key of decision.preempts) this.release(key, customerId, `outranked:${request.journey ?? request.key}`);
		for (const key of decision.digest) this.carryAlong(key, customerId, request.key, nowMs);
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
			expires_at: state === 'reserved' ? decision.expiresAtMs : null,
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

type TakenState = 'handed_off' | 'reserved' | 'committed';

/** What `rule` says of a message that went along with another one. */
export const DIGEST = 'digest';

/** A reservation that nobody confirmed in time has given its place back, whether or not that was written down (P57). */
function stateAt(row: TouchRow, nowMs: number): TouchState {
	const expired = row.state === 'reserved' && row.expires_at !== null && row.expires_at <= nowMs;
	return expired ? 'expired' : (row.state as TouchState);
}

/** A request, and the number of the customer it is about; null: nobody the store knows. */
export interface Asked {
	request: ContactRequest;
	customerId: number | null;
}
