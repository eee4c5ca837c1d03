import type { JudgedCustomer } from '../store/plans/customerPlans';
import { decisionHistoryPlans, decisionPlans, touchPlans, type AnswerRow, type DecisionRow, type NewTouch } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';
import type { Decision } from './decision';
import type { CustomerFacts, Facts, Pending, PriorAnswer, Touch, TouchState } from './facts';
import { readKnown, type Asked, type Known } from './ledgerReading';
import { bodyHashOf, decisionRowOf, sentTouchOf, stepName, stepOf, touchRowOf } from './ledgerRows';
import { openQuestion } from './openQuestion';
import { pendingOf } from './pending';
import type { Outranked } from './preemption';
import type { Policy } from './policy';
import { agedPriority } from './priority';
import { rememberPolicy } from './policyUsed';
import type { ContactRequest } from './request';
import { answerOf, answerText } from './storedAnswer';

/** What `rule` says of a message that went along with another one. */
export const DIGEST = 'digest';

/** Most customers have most of this: nobody changes it. */
const NONE: never[] = [];
const NOWHERE_ELSE: Record<string, string> = {};

type TakenState = 'handed_off' | 'reserved' | 'committed';

/**
 * What the policy needs to know of some customers, read once under their locks, and what it decided, written in one go.
 * Decisions of one call see each other: several messages of one customer are judged in order (P66).
 */
export class PolicyLedger {
	private readonly changedDecisions = new Map<string, DecisionRow>();
	private readonly replacedAnswers: AnswerRow[] = [];
	private readonly newTouches = new Map<string, NewTouch>();
	private readonly touchStates = new Map<string, { state: string; note: string | null }>();
	/** Keys that were answered before this call. */
	private readonly answered: ReadonlySet<string>;

	private constructor(
		private readonly tx: Tx,
		private readonly policy: Policy,
		private readonly known: Known,
	) {
		this.answered = new Set([...known.decisions.keys(), ...known.heldRows.keys()]);
	}

	/**
	 * @param customers locked by the caller
	 * @param fromMs earliest instant of a decision in this call
	 */
	static async load(tx: Tx, customers: ReadonlyMap<number, JudgedCustomer>, asked: readonly Asked[], policy: Policy, fromMs: number): Promise<PolicyLedger> {
		return new PolicyLedger(tx, policy, await readKnown(tx, customers, asked, policy, fromMs));
	}

	openQuestion(customerId: number, channel: string, nowMs: number): ReturnType<typeof openQuestion> {
		return openQuestion(this.known.consents.get(customerId) ?? [], channel, nowMs);
	}

	/** @param customerId null: nobody of that id; `erased`: a tombstone answers for the identity */
	facts(customerId: number | null, request: ContactRequest, nowMs: number, options: { erased?: boolean; cancelled?: boolean; secondHandOff: PriorAnswer['secondHandOff']; replan?: boolean }): Facts {
		const { known } = this;
		const row = customerId === null ? undefined : known.customers.get(customerId);
		const prior = known.decisions.get(request.key);
		const answer = prior && answerOf(prior.answer);
		const step = stepOf(request);
		const pending = customerId === null ? undefined : known.held.get(customerId);
		return {
			erased: options.erased === true || (row !== undefined && row.erased_at !== null),
			customer: row ? this.customerFacts(row) : null,
			suppressions: (customerId !== null && known.suppressions.get(customerId)) || NONE,
			consents: (customerId !== null && known.consents.get(customerId)) || NONE,
			touches: (customerId !== null && known.touches.get(customerId)) || NONE,
			sameStep: (step !== undefined && known.ofSteps.get(stepName(step))) || NONE,
			pending: pending ? [...pending.values()] : NONE,
			cancelled: options.cancelled,
			inHoldout: row !== undefined && known.holdouts.groupHolding(row.id, request) !== undefined,
			channelFreeAtMs: known.pace.freeAt(request, answer, nowMs),
			prior: prior && answer && { bodyHash: bodyHashOf(prior), answer, askedAtMs: prior.asked_at, touchState: known.states.get(request.key), secondHandOff: options.secondHandOff, replan: options.replan },
		};
	}

	/**
	 * Notes a decision, and the touch that a SEND takes.
	 * @param state `handed_off` where the message leaves by a node now, `reserved` where its sender is to confirm it, `committed` where it counts as sent at once
	 */
	take(request: ContactRequest, customerId: number | null, decision: Decision, state: TakenState, nowMs: number): void {
		const { decisions, pace, holdouts } = this.known;
		const before = decisions.get(request.key);
		const row = decisionRowOf(request, customerId, decision, before?.asked_at ?? nowMs);
		if (before && before.decision === 'delay') this.replace(before, row.decided_at);
		pace.note(request, decision, before && answerOf(before.answer), nowMs);
		decisions.set(request.key, row);
		this.changedDecisions.set(request.key, row);
		if (customerId === null) return;
		if (decision.decision === 'delay') this.heldBy(customerId).set(request.key, pendingOf(request, { untilMs: decision.untilMs, createdAtMs: row.asked_at, channel: decision.channel }));
		else this.known.held.get(customerId)?.delete(request.key);
		if (decision.decision === 'drop' && decision.reason === 'holdout') {
			this.addTouch(customerId, holdouts.held(customerId, request, decision.channel, decision.policyVersion, nowMs));
			for (const key of decision.digest ?? []) this.carryAlong(key, customerId, request.key, nowMs);
		}
		if (decision.decision !== 'send') return;
		holdouts.sent(customerId, request, nowMs);
		this.takeSlot(this.asItRanks(request, customerId, row.asked_at, nowMs), customerId, decision, state, nowMs);
	}

	/** A handed-off message that came again and was never reported: somebody has to look whether it went out. */
	markUnknown(key: string): void {
		if (this.known.states.get(key) !== 'handed_off') return;
		this.known.states.set(key, 'unknown');
		this.touchStates.set(key, { state: 'unknown', note: null });
	}

	/** Gives a reservation's place back. @param note why: a drop reason */
	release(key: string, customerId: number, note: string): void {
		this.known.states.set(key, 'released');
		this.touchStates.set(key, { state: 'released', note });
		const touches = this.known.touches.get(customerId) ?? [];
		const place = touches.findIndex((touch) => touch.key === key);
		if (place >= 0) touches[place] = { ...touches[place], state: 'released' };
	}

	/** When a key was first asked. */
	askedAt(key: string): number | undefined {
		return this.known.decisions.get(key)?.asked_at;
	}

	/** Who took the place that was reserved for a key, when it is asked again for the first time since. */
	outrankedBy(key: string): Outranked | undefined {
		return this.known.decisions.get(key)?.decision === 'send' ? this.known.outranked.get(key) : undefined;
	}

	/** Of the message that a key was answered SEND for. */
	stateOf(key: string): TouchState | undefined {
		return this.known.states.get(key);
	}

	async save(nowMs: number): Promise<void> {
		if (this.changedDecisions.size > 0) await rememberPolicy(this.tx, this.policy);
		await this.known.holdouts.save();
		await this.known.pace.save(nowMs);
		const isAnswered = ({ idem_key }: { idem_key: string }) => this.answered.has(idem_key);
		// In one go: they are numbered as they were decided.
		const touches = [...this.newTouches.values()];
		if (touches.some(isAnswered)) this.tx.send(touchPlans.insert, touches);
		else this.tx.add(touchPlans.insert, touches);
		this.tx.send(touchPlans.setState, [...this.touchStates].map(([idem_key, change]) => ({ idem_key, ...change })));
		const [known, sent, others]: DecisionRow[][] = [[], [], []];
		this.changedDecisions.forEach((row) => (isAnswered(row) ? known : row.decision === 'send' ? sent : others).push(row));
		this.tx.send(decisionPlans.save, known);
		// Those of a mailing say the same to the end, each of the others its own instant.
		this.tx.add(decisionPlans.save, sent);
		this.tx.add(decisionPlans.save, others);
		this.tx.send(decisionHistoryPlans.insert, this.replacedAnswers);
	}

	/** What a message gained while it was held it keeps in its place: nobody of less takes that (P41, P44). */
	private asItRanks(request: ContactRequest, customerId: number, askedAt: number, nowMs: number): ContactRequest {
		if (!this.policy.ageing) return request;
		const rivals = [...(this.known.held.get(customerId)?.values() ?? [])];
		return { ...request, priority: agedPriority({ ...request, createdAtMs: request.createdAt ?? askedAt }, rivals, nowMs) };
	}

	private takeSlot(request: ContactRequest, customerId: number, decision: Extract<Decision, { decision: 'send' }>, state: TakenState, nowMs: number): void {
		const { ofSteps, states } = this.known;
		const touch = sentTouchOf(request, decision.channel, state, nowMs, state === 'reserved' ? decision.expiresAtMs : null);
		this.addTouch(customerId, touch);
		const step = stepOf(request);
		if (step) ofSteps.set(stepName(step), [...(ofSteps.get(stepName(step)) ?? []), touch]);
		for (const key of decision.preempts) this.release(key, customerId, `outranked:${request.journey ?? request.key}`);
		for (const key of decision.digest) this.carryAlong(key, customerId, request.key, nowMs);
		states.set(request.key, state);
		this.newTouches.set(request.key, touchRowOf(touch, customerId, decision.policyVersion));
	}

	/** A held message that goes along with another one is over; asked for again, it has been sent before (P68). */
	private carryAlong(key: string, customerId: number, carrier: string, nowMs: number): void {
		const { decisions, held, heldRows } = this.known;
		const row = decisions.get(key) ?? heldRows.get(key);
		held.get(customerId)?.delete(key);
		if (!row) return;
		const { channel, policyVersion } = answerOf(row.answer);
		const answer: Decision = { decision: 'drop', reason: 'duplicate', rule: DIGEST, channel, policyVersion, decidedAtMs: nowMs, trace: [{ check: 'duplicate', outcome: 'blocked', note: `goes along with ${carrier}` }] };
		this.replace(row, nowMs);
		const over: DecisionRow = { ...row, decided_at: nowMs, decision: 'drop', until_at: null, rule: DIGEST, reason: 'duplicate', answer: answerText(answer) };
		decisions.set(key, over);
		this.changedDecisions.set(key, over);
	}

	/** Keeps an answer that another one takes the place of. */
	private replace(row: DecisionRow, nowMs: number): void {
		if (row.customer_id !== null) this.replacedAnswers.push({ idem_key: row.idem_key, customer_id: row.customer_id, decided_at: row.decided_at, ended_at: nowMs, answer: row.answer });
	}

	private heldBy(customerId: number): Map<string, Pending> {
		const held = this.known.held.get(customerId) ?? new Map<string, Pending>();
		this.known.held.set(customerId, held);
		return held;
	}

	/** Keeps the customer's messages ascending, also where the clock was stepped back. */
	private addTouch(customerId: number, touch: Touch): void {
		const touches = this.known.touches.get(customerId) ?? [];
		this.known.touches.set(customerId, touches);
		let place = touches.length;
		while (place > 0 && touches[place - 1].ts > touch.ts) place--;
		if (place === touches.length) touches.push(touch);
		else touches.splice(place, 0, touch);
	}

	private customerFacts(row: JudgedCustomer): CustomerFacts {
		return { stage: row.stage, vip: row.vip === 1, timeZone: row.time_zone, country: row.country, phone: row.phone, email: row.email, addresses: this.known.addresses.get(row.id) ?? NOWHERE_ELSE };
	}
}
