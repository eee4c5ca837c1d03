import { attempt } from '../core/attempt';
import { PASSED_THROUGH, refuseArrivals, saveEnrolments } from '../journeys/arrive';
import { refused } from '../journeys/park';
import { isOff } from '../journeys/liveJourneys';
import { enrolmentId } from '../journeys/place';
import { mustOwnStep } from '../journeys/stepOwner';
import { batchPlans, type BatchRow } from '../store/plans/batchPlans';
import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import { registryPlans } from '../store/plans/registryPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { ChannelPace } from './channelPace';
import type { PassAnswer, PassRequest } from './contract';
import { decide } from './decide';
import { Digesting } from './digesting';
import { Holding } from './holding';
import { leaving, staying, testCustomer, tried, type Wording } from './leaving';
import { doubtMessages } from './doubt';
import { DIGEST, PolicyLedger } from './ledger';
import { ListedTwice } from './listedTwice';
import { markParkedMailings } from './parkedMailings';
import { policyInForce } from './policies';
import { asOutranked } from './preemption';
import type { ContactRequest } from './request';
import { requestOfItem } from './requestOfItem';
import { subjectsOf, type Judged, type Subject } from './subjects';
import { turns } from './turns';
import { heldWords } from './words';

/** Why a message that may go is held all the same: this execution let out as many as it may (contact-policy.md section 8). */
const RUN_IS_FULL = 'messages-per-run';

/** A node that was never switched off but not heard of for this long serves nobody. */
const GONE_MS = 24 * 3_600_000;

/**
 * Contact Policy's one transaction: every item is judged in order, and leaves as SEND (handed off, counted), as blocked,
 * or is parked until the instant at which it is judged again. Repeating it after a crash hands nobody over twice.
 * @throws JourneyError `duplicate_step_key` when the step is another node's (J27)
 */
export const passPolicy = write(async (tx, request: PassRequest): Promise<PassAnswer[]> => {
	const policy = await policyInForce(tx, request.nodeRules, request.policyName);
	await ChannelPace.lock(tx, policy);
	const subjects = await subjectsOf(tx, request);
	const batch = await releasedFrom(tx, request);
	if (batch === 'lost') return request.items.map((item) => ({ index: item.index, result: 'passed_before' }));
	const now = await tx.now();
	if (!request.dryRun) await mustOwnStep(tx, request, now);
	const asked = subjects.map((subject) => (subject.state === 'judge' ? attempt(() => requestOfItem(request, subject)) : undefined));
	const justParked = request.dryRun ? [] : await markParkedMailings(tx, subjects, asked, request.startedAt);
	const customers = new Map(subjects.flatMap((subject) => (subject.state === 'judge' && subject.customer ? [[subject.customer.id, subject.customer] as const] : [])));
	const requests = subjects.flatMap((subject, place) => {
		const one = asked[place];
		return subject.state === 'judge' && one?.ok ? [{ request: one.value, customerId: subject.customer?.id ?? null }] : [];
	});
	const ledger = await PolicyLedger.load(tx, customers, requests, policy, now);
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const holding = new Holding(tx, request, now);
	const rooms = await roomsOf(tx, request, now);
	const keyed = new Map(subjects.flatMap((subject, place) => {
		const one = asked[place];
		return subject.state === 'judge' && one?.ok ? [[one.value.key, subject] as const] : [];
	}));
	const digesting = await Digesting.load(tx, request.stepKey, new Map([...keyed].map(([key, { item }]) => [key, item])), new Map([...keyed].flatMap(([key, { customer }]) => (customer ? [[key, customer.id] as const] : []))));
	const twice = new ListedTwice(policy, now, [...(request.letOut ?? []), ...justParked]);
	const answers: PassAnswer[] = new Array<PassAnswer>(subjects.length);
	for (const place of turns(subjects, asked, ledger, policy, now)) {
		const subject = subjects[place];
		const one = asked[place];
		if (subject.state !== 'judge' || !one) answers[place] = (subject as { answer: PassAnswer }).answer;
		else if (!one.ok) answers[place] = refused(subject.item.index, one.error);
		else {
			const room = subject.item.released ? 'released' : 'arriving';
			const answer = judge({ request, policy, ledger, holding, digesting, secret, now, openQuestion: (id, channel) => ledger.openQuestion(id, channel, now), room: rooms[room], twice }, subject, one.value);
			if (answer.result === 'send') rooms[room] -= 1;
			twice.note(one.value, answer);
			answers[place] = answer;
		}
	}
	if (request.dryRun) return answers;
	await doubtMessages(tx, request.stepKey, leftMeanwhile(tx, subjects));
	await ledger.save(now);
	await holding.save(batch);
	await digesting.save(now);
	if (request.batch) await tx.run(batchPlans.setPassed, { ...request.batch });
	await savePassed(tx, subjects, answers, now);
	return answers;
});

/** Released customers who left the journey before they were judged: an earlier, interrupted run may have handed their message over. */
function leftMeanwhile(tx: Tx, subjects: readonly Subject[]): { enrolment_id: number; visit: number }[] {
	return subjects.flatMap(({ item, ...subject }) => {
		const ended = subject.state === 'answered' && subject.answer.result === 'ended' && item.released && item.journey;
		return ended ? [{ enrolment_id: enrolmentId(tx, ended.enrolment), visit: ended.visit }] : [];
	});
}

interface Context extends Wording {
	ledger: PolicyLedger;
	holding: Holding;
	digesting: Digesting;
	room: number;
	twice: ListedTwice;
}

function judge(context: Context, subject: Judged, asked: ContactRequest): PassAnswer {
	const { request, ledger, now } = context;
	const { item, customer } = subject;
	const secondHandOff = request.dryRun ? 'same_answer' : request.onSecondHandOff;
	const known = ledger.facts(customer?.id ?? null, asked, now, { erased: subject.erased, secondHandOff, replan: item.released });
	const facts = request.dryRun && !known.customer && !known.erased ? testCustomer(asked, now) : known;
	try {
		const duplicate = subject.enrolment ? null : context.twice.answer(asked);
		if (duplicate) return leaving(context, subject, asked, duplicate, 'blocked');
		const before = ledger.stateOf(asked.key);
		const decided = context.digesting.within(decide(asked, facts, context.policy, now));
		const winner = ledger.outrankedBy(asked.key);
		const decision = winner === undefined ? decided : asOutranked(decided, winner);
		if (request.dryRun) return tried(context, subject, asked, decision);
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
		if (decision.repeated !== true) ledger.take(asked, customer?.id ?? null, decision, request.confirm === true ? 'reserved' : 'handed_off', now);
		if (decision.decision === 'delay') {
			const answer = staying(context, subject, asked, decision);
			const wentOn = item.wentOn === true || (answer.result === 'held' && answer.goesOn !== undefined);
			context.holding.hold(wentOn ? { ...subject, item: { ...item, wentOn } } : subject, asked, decision.untilMs);
			return answer;
		}
		if (decision.decision === 'drop') {
			if (decision.rule === DIGEST) return { index: item.index, result: 'passed_before' };
			context.digesting.carry(decision.digest ?? []);
			return leaving(context, subject, asked, decision, 'blocked');
		}
		const carried = sendsAgain ? [] : context.digesting.carry(decision.digest);
		const answer = leaving(context, subject, asked, decision, 'send');
		return asked.onBlock === 'digest' ? { ...answer, digest: [{ own: item.own, event: item.event ?? null }, ...carried] } : answer;
	} catch (error) {
		return refused(item.index, error);
	}
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
		const answer = answers[place];
		const { result } = answer;
		if (answer.result === 'held' && answer.goesOn === undefined && subject.item.wentOn !== true) {
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
