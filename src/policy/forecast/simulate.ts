import { unitHash } from '../../core/hash';
import { decide } from '../decide';
import type { Decision } from '../decision';
import type { Facts } from '../facts';
import { factsAfter } from '../factsAfter';
import { pendingOf } from '../pending';
import type { Policy } from '../policy';
import { releaseOrder } from '../priority';
import type { ContactRequest } from '../request';
import { bodyHash } from '../requestKey';
import { ENTRY, type Coming, type CustomerOutlook, type MessageKind } from './contract';
import type { Departures } from './departures';
import { displacedBy } from './displacement';
import type { Tally } from './tally';

const WEEK_MS = 7 * 86_400_000;
/** Weeks of the past that entries and mailings are taken from. */
export const PAST_WEEKS = 4;
/** A customer whose messages never come to rest is left there. */
const STEPS_PER_CUSTOMER = 400;

export interface Simulation {
	now: number;
	until: number;
	seed: string;
	/** the first entry of each journey */
	since: Record<string, number>;
	departures: Departures;
	tally: Tally;
	policyOf(version: string | null): Policy;
	/** Somebody stands where nobody has gone on from yet. */
	unforeseen(journey: string, step: string): void;
	drawn: { entries: number; mailings: number };
}

/** A message to be asked about, or to be judged again. */
interface Ask {
	at: number;
	request: ContactRequest;
	policy: Policy;
	journey: string | null;
	step: string;
	who: string;
	/** asked for before now, or in an earlier step of the simulation */
	askedAt: number;
	judgedBefore: boolean;
	/** the channel that it was held for, where that is known */
	heldFor?: string;
	/** Among those that are alike in everything. */
	order: number;
	countsAsDemand: boolean;
}

/** Walks one customer's next days with the decision that Contact Policy makes, on their real ledger. */
export function simulateCustomer({ key, facts: known, coming }: CustomerOutlook, simulation: Simulation): void {
	const asks = coming.flatMap((one) => asksOf(one, key, simulation)).map((ask, order): Ask => ({ ...ask, order }));
	let facts: Facts = { ...known, pending: asks.filter(({ judgedBefore }) => judgedBefore).map(({ request, at, askedAt, heldFor }) => pendingOf(request, { untilMs: at, createdAtMs: askedAt, channel: heldFor })) };
	for (let steps = 0; steps < STEPS_PER_CUSTOMER; steps++) {
		const place = nextOf(asks);
		if (place < 0) return;
		const [ask] = asks.splice(place, 1);
		if (ask.at > simulation.until) continue;
		const { decision, after } = judged(ask, facts, simulation);
		facts = after;
		if (decision.decision !== 'delay') carriedAlong(decision.digest ?? [], asks, simulation);
		if (decision.decision === 'delay') asks.push({ ...ask, at: Math.max(decision.untilMs, ask.at + 1), judgedBefore: true, countsAsDemand: false });
		else asks.push(...followUp(ask, key, simulation));
	}
}

/** Messages that one digest takes with it are not asked about again. */
function carriedAlong(keys: readonly string[], asks: Ask[], { tally }: Simulation): void {
	for (const key of keys) {
		const place = asks.findIndex((ask) => ask.request.key === key);
		if (place < 0) continue;
		const [ask] = asks.splice(place, 1);
		if (!ask.countsAsDemand) tally.settled({ journey: ask.journey, category: ask.request.category }, 'sent');
	}
}

function judged(ask: Ask, facts: Facts, { tally }: Simulation): { decision: Decision; after: Facts } {
	const { request, policy, at, journey } = ask;
	const held = facts.pending.find((pending) => pending.key === request.key);
	const prior = held && { bodyHash: bodyHash(request), askedAtMs: ask.askedAt, replan: true, answer: { decision: 'delay' as const, untilMs: held.untilMs, rule: 'forecast', reasons: [], channel: request.channel, policyVersion: policy.version, decidedAtMs: ask.askedAt, trace: [] } };
	const decision = decide(request, { ...facts, prior }, policy, at);
	const row = { at, channel: decision.channel, journey, category: request.category };
	const answer = decision.decision === 'send' ? 'sent' : decision.decision === 'delay' ? 'held' : 'dropped';
	if (ask.countsAsDemand) {
		tally.asked(row, answer, decision.decision === 'send' ? null : (decision.rule ?? (decision.decision === 'drop' ? decision.reason : null)));
		const displaced = answer === 'sent' ? undefined : displacedBy(request, { ...facts, prior }, policy, at, decision);
		if (displaced) tally.displaced(journey, displaced.by);
	} else if (answer !== 'held') {
		tally.settled(row, answer);
	}
	if (answer === 'sent') tally.left(at, decision.channel);
	return { decision, after: factsAfter({ ...facts, prior }, request, decision, at) };
}

/** The earliest; of those of one instant the one that Contact Policy releases first. */
function nextOf(asks: readonly Ask[]): number {
	const first = asks.reduce((earliest, { at }) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
	const places = asks.flatMap(({ at }, place) => (at === first ? [place] : []));
	if (places.length <= 1) return places[0] ?? -1;
	const due = places.map((place) => {
		const { request, askedAt, order } = asks[place];
		return { place, key: String(order).padStart(6, '0'), priority: request.priority, class: request.class, deadlineMs: request.deadline, value: request.value, createdAtMs: askedAt };
	});
	return releaseOrder(due, asks[places[0]].policy.ageing, first)[0].place;
}

function asksOf(coming: Coming, customer: string, simulation: Simulation): Ask[] {
	switch (coming.kind) {
		case 'held': {
			// It was asked for before: it is demand of today, and judged again at its instant.
			const { at, askedAt, channel } = coming;
			return [{ ...askOf(coming.message, customer, coming, askedAt, simulation), at: Math.max(at, simulation.now), judgedBefore: true, heldFor: channel }];
		}
		case 'waiting':
			return goingOn(coming.journey, coming.step, coming.seed, Math.max(coming.at, simulation.now), customer, simulation);
		case 'entered':
			return repeated(coming.at, coming.seed, simulation.since[coming.journey] ?? coming.at, simulation).flatMap(({ at, who }) => {
				simulation.drawn.entries += 1;
				return goingOn(coming.journey, ENTRY, who, at, customer, simulation);
			});
		case 'mailing':
			return repeated(coming.at, coming.seed, 0, simulation).map(({ at, who }) => {
				simulation.drawn.mailings += 1;
				return askOf(coming.message, customer, { journey: null, step: '', seed: who }, at, simulation);
			});
	}
}

/** Who leaves a step comes to a message as others did before them, or to none. */
function goingOn(journey: string, from: string, who: string, leavesAt: number, customer: string, simulation: Simulation): Ask[] {
	const next = simulation.departures.draw(journey, from, who);
	if (next === undefined) simulation.unforeseen(journey, from);
	if (!next || leavesAt + next.afterMs > simulation.until) return [];
	return [askOf(next.kind, customer, { journey, step: next.step, seed: `${who}>${next.step}` }, leavesAt + next.afterMs, simulation)];
}

function followUp({ journey, step, who, at }: Ask, customer: string, simulation: Simulation): Ask[] {
	return journey === null ? [] : goingOn(journey, step, who, at, customer, simulation);
}

/**
 * The same instants of the weeks to come. Each of the weeks looked back on stands for an equal share of the expectation, so
 * each of its entries comes again with that probability: on the average as many per weekday as there were.
 */
function repeated(at: number, seed: string, firstEver: number, { now, until, seed: run }: Simulation): { at: number; who: string }[] {
	const weeksSeen = Math.min(PAST_WEEKS, Math.max(1, Math.ceil((at - Math.max(firstEver, now - PAST_WEEKS * WEEK_MS)) / WEEK_MS + Math.floor((now - at) / WEEK_MS))));
	const found: { at: number; who: string }[] = [];
	for (let week = Math.max(1, Math.ceil((now - at) / WEEK_MS)); at + week * WEEK_MS < until; week++) {
		if (at + week * WEEK_MS >= now && unitHash(run, 'again', seed, week) * weeksSeen < 1) found.push({ at: at + week * WEEK_MS, who: `${seed}+${week}` });
	}
	return found;
}

function askOf(kind: MessageKind, customer: string, { journey, step, seed }: { journey: string | null; step: string; seed: string }, at: number, { policyOf }: Simulation): Ask {
	const { request, deadlineAfterMs, notBeforeAfterMs, policyVersion } = kind;
	return {
		at,
		request: {
			...request,
			key: `forecast/${journey ?? ''}/${step}/${seed}`,
			customer,
			...(deadlineAfterMs === null ? {} : { deadline: at + deadlineAfterMs }),
			...(notBeforeAfterMs === null ? {} : { notBefore: at + notBeforeAfterMs }),
		},
		policy: policyOf(policyVersion),
		journey,
		step,
		who: seed,
		askedAt: at,
		judgedBefore: false,
		countsAsDemand: true,
		order: 0,
	};
}
