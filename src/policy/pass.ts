import { attempt } from '../core/attempt';
import { customerView } from '../customers/profile';
import { PASSED_THROUGH, refuseArrivals, saveEnrolments } from '../journeys/arrive';
import { refused } from '../journeys/park';
import { isOff } from '../journeys/liveJourneys';
import { mustOwnStep } from '../journeys/stepOwner';
import { batchPlans, enrolmentPlans, registryPlans, type BatchRow, type EnrolmentRow } from '../store/plans/journeyPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { ChannelPace } from './channelPace';
import type { PassAnswer, PassRequest, PolicyView } from './contract';
import { decide } from './decide';
import type { Decision } from './decision';
import type { Facts } from './facts';
import { Holding } from './holding';
import { PolicyLedger } from './ledger';
import { policyInForce } from './policies';
import type { Policy } from './policy';
import type { ContactRequest } from './request';
import { requestOfItem } from './requestOfItem';
import { subjectsOf, type Judged, type Subject } from './subjects';
import { UNSUBSCRIBE_VALID_MS, unsubscribeToken } from './unsubscribeToken';
import { blockedWords, heldWords } from './words';

/** Why a message that may go is held all the same: this execution let out as many as it may (contact-policy.md section 8). */
export const RUN_IS_FULL = 'messages-per-run';

/** A node that was never switched off but not heard of for this long serves nobody. */
const GONE_MS = 24 * 3_600_000;

/**
 * Contact Policy's one transaction: every item is judged in order, and leaves as SEND (handed off, counted), as blocked,
 * or is parked until the instant at which it is judged again. Repeating it after a crash hands nobody over twice.
 * @throws JourneyError `duplicate_step_key` when the step is another node's (J27)
 */
export const passPolicy = write(async (tx, request: PassRequest): Promise<PassAnswer[]> => {
	const policy = await policyInForce(tx, request.nodeRules);
	await ChannelPace.lock(tx, policy);
	const subjects = await subjectsOf(tx, request);
	const batch = await releasedFrom(tx, request);
	if (batch === 'lost') return request.items.map((item) => ({ index: item.index, result: 'passed_before' }));
	const now = await tx.now();
	if (!request.dryRun) await mustOwnStep(tx, request, now);
	const asked = subjects.map((subject) => (subject.state === 'judge' ? attempt(() => requestOfItem(request, subject)) : undefined));
	const customers = new Map(subjects.flatMap((subject) => (subject.state === 'judge' && subject.customer ? [[subject.customer.id, subject.customer] as const] : [])));
	const requests = subjects.flatMap((subject, place) => {
		const one = asked[place];
		return subject.state === 'judge' && one?.ok ? [{ request: one.value, customerId: subject.customer?.id ?? null }] : [];
	});
	const ledger = await PolicyLedger.load(tx, customers, requests, policy, now);
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const holding = new Holding(tx, request, now);
	const rooms = await roomsOf(tx, request, now);
	const answers: PassAnswer[] = [];
	for (const [place, subject] of subjects.entries()) {
		const one = asked[place];
		if (subject.state !== 'judge' || !one) answers.push((subject as { answer: PassAnswer }).answer);
		else if (!one.ok) answers.push(refused(subject.item.index, one.error));
		else {
			const room = subject.item.released ? 'released' : 'arriving';
			const answer = judge({ request, policy, ledger, holding, secret, now, room: rooms[room] }, subject, one.value);
			if (answer.result === 'send') rooms[room] -= 1;
			answers.push(answer);
		}
	}
	if (request.dryRun) return answers;
	await ledger.save(now);
	await holding.save(batch);
	if (request.batch) await tx.run(batchPlans.setPassed, { ...request.batch });
	await savePassed(tx, subjects, answers, now);
	return answers;
});

interface Context {
	request: PassRequest;
	policy: Policy;
	ledger: PolicyLedger;
	holding: Holding;
	secret: string;
	now: number;
	room: number;
}

function judge(context: Context, subject: Judged, asked: ContactRequest): PassAnswer {
	const { request, ledger, now } = context;
	const { item, customer } = subject;
	const secondHandOff = request.dryRun ? 'same_answer' : request.onSecondHandOff;
	const known = ledger.facts(customer?.id ?? null, asked, now, { erased: subject.erased, secondHandOff, replan: item.released });
	const facts = request.dryRun && !known.customer && !known.erased ? testCustomer(asked, now) : known;
	try {
		const before = ledger.stateOf(asked.key);
		const decision = decide(asked, facts, context.policy, now);
		if (request.dryRun) return dryAnswer(context, subject, asked, decision);
		if (subject.parked || (decision.decision === 'delay' && decision.repeated === true)) return { index: item.index, result: 'passed_before' };
		if (decision.decision === 'drop' && decision.reason === 'already_handed_off') {
			ledger.markUnknown(asked.key);
			return leaving(context, subject, asked, decision, 'blocked');
		}
		const sendsAgain = decision.decision === 'send' && decision.repeated === true && before !== undefined;
		if (decision.decision === 'send' && !sendsAgain && context.room <= 0) {
			context.holding.hold(subject, asked, now);
			return { index: item.index, result: 'held', until: now, rule: RUN_IS_FULL, text: heldWords({ rule: RUN_IS_FULL, untilMs: now, nowMs: now, zone: decision.zone }) };
		}
		if (decision.repeated !== true) ledger.take(asked, customer?.id ?? null, decision, 'handed_off', now);
		if (decision.decision === 'delay') {
			context.holding.hold(subject, asked, decision.untilMs);
			return { index: item.index, result: 'held', until: decision.untilMs, rule: decision.rule, text: heldWords({ ...decision, nowMs: now, policy: context.policy }) };
		}
		return leaving(context, subject, asked, decision, decision.decision === 'send' ? 'send' : 'blocked');
	} catch (error) {
		return refused(item.index, error);
	}
}

/** The made-up customer of a test run has an address and says yes, so that the way of the message can be seen. */
function testCustomer(asked: ContactRequest, now: number): Facts {
	const addresses = { [asked.channel]: asked.customer };
	return {
		erased: false,
		customer: { stage: null, vip: false, timeZone: null, country: null, phone: asked.customer, email: asked.customer, addresses },
		suppressions: [],
		consents: [{ channel: asked.channel, purpose: asked.class, status: 'granted', at: now }],
		touches: [],
		pending: [],
	};
}

/** A test run shows what would happen, and lets a message that would be held go on as blocked with its instant. */
function dryAnswer(context: Context, subject: Judged, asked: ContactRequest, decision: Decision): PassAnswer {
	if (decision.decision !== 'delay') return leaving(context, subject, asked, decision, decision.decision === 'send' ? 'send' : 'blocked');
	return { index: subject.item.index, result: 'held', until: decision.untilMs, rule: decision.rule, text: heldWords({ ...decision, nowMs: context.now, policy: context.policy }) };
}

function leaving({ secret, now, policy: rules, request: { stepKey } }: Context, subject: Judged, asked: ContactRequest, decision: Decision, result: 'send' | 'blocked'): PassAnswer {
	const { item, customer, enrolment } = subject;
	const drop = decision.decision === 'drop' ? decision : undefined;
	const nextMs = drop?.nextPossibleAtMs;
	const policy: PolicyView = {
		key: asked.key,
		channel: decision.channel,
		decision: result,
		reason: drop?.reason ?? null,
		reasonText: drop ? blockedWords({ ...drop, nowMs: now, policy: rules }) : null,
		nextPossibleAt: nextMs === undefined ? null : new Date(nextMs).toISOString(),
		unsubscribeToken: customer && result === 'send' ? unsubscribeToken(secret, { customerId: customer.id, channel: decision.channel, purpose: asked.class === 'transactional' ? 'marketing' : asked.class, expiresAtMs: now + UNSUBSCRIBE_VALID_MS }) : null,
	};
	return { index: item.index, result, customer: customer && customerView(customer), journey: item.journey ? { ...item.journey, ...(enrolment ? { step: stepKey, visit: subject.visit } : {}) } : null, policy };
}

/**
 * How many messages may leave now. While the node's own trigger is alive it alone hands messages over, one run at a time:
 * whoever arrives is parked as due now. So whatever number of executions a crash cuts off, at most one run is in doubt.
 * A workflow that is not active (a sub-workflow) has no such trigger: there each execution lets out a run of its own.
 * A heartbeat may be late (a clock that jumped, a machine that slept), so only a silence of a day means that nobody is there.
 */
async function roomsOf(tx: Tx, request: PassRequest, now: number): Promise<{ released: number; arriving: number }> {
	const node = await tx.first(registryPlans.stepNode, { workflow_id: request.workflowId, step_key: request.stepKey });
	const served = node !== undefined && !isOff(node.off_since, now) && now - node.heartbeat_at < GONE_MS;
	return { released: request.messagesPerRun, arriving: served && !request.dryRun ? 0 : request.messagesPerRun };
}

/** The batch of the released items, locked after their customers (lockBatch.ts); `lost` when its lease went to another execution. */
async function releasedFrom(tx: Tx, request: PassRequest): Promise<BatchRow | null | 'lost'> {
	if (!request.batch || request.dryRun) return null;
	const batch = await tx.first(batchPlans.get, { id: request.batch.id });
	return batch && batch.epoch === request.batch.epoch ? batch : 'lost';
}

/** Customers who leave in the execution that brought them were never parked here. */
async function savePassed(tx: Tx, subjects: readonly Subject[], answers: readonly PassAnswer[], now: number): Promise<void> {
	const passed: { enrolment_id: number; visit: number; left_at: number; outcome: string }[] = [];
	const changed: EnrolmentRow[] = [];
	const refusedVisits: { enrolment_id: number; visit: number }[] = [];
	subjects.forEach((subject, place) => {
		if (subject.state !== 'judge' || !subject.enrolment) return;
		const { result } = answers[place];
		if (result === 'held') {
			subject.enrolment.status = 'waiting';
			changed.push(subject.enrolment);
		} else if (result === 'refused' && !subject.item.released) {
			refusedVisits.push({ enrolment_id: subject.enrolment.id, visit: subject.visit });
		} else if ((result === 'send' || result === 'blocked') && !subject.item.released) {
			passed.push({ enrolment_id: subject.enrolment.id, visit: subject.visit, left_at: now, outcome: PASSED_THROUGH });
		}
	});
	await tx.each(enrolmentPlans.leave, passed);
	await refuseArrivals(tx, refusedVisits, now);
	await saveEnrolments(tx, [...new Set(changed)]);
}
