import { decide } from '../decide';
import type { Decision } from '../decision';
import { bodyHash } from '../requestKey';
import { addresseeChanges } from './addresseeChanges';
import type { Candidate, Change } from './change';
import { hourChanges } from './hourChanges';
import { requestChanges } from './requestChanges';
import { ruleChanges } from './ruleChanges';
import type { World } from './world';

/** Some changes that together would have let the message go, and what would have become of it. */
export interface Option {
	changes: Change[];
	/** `held`: not sent at once, but no longer dropped: it would have waited until `untilMs`. */
	result: 'sent' | 'held';
	untilMs: number | null;
}

/** Options given back at most. */
const OPTIONS = 12;
/** Changes that are looked for together at most. */
const TOGETHER = 3;
/** With so many candidates, threes are still a moment's work. */
const CANDIDATES_OF_THREES = 24;
/** In pairs and threes, the latest messages only. */
const SENDS_IN_COMBINATIONS = 6;

/** Of options with equally many changes, those that a person can most easily make come first. */
const ORDER: readonly Change['kind'][] = [
	'policy-on', 'consent', 'address', 'suppression', 'not-before', 'deadline', 'priority', 'gap', 'limit', 'quiet-hours', 'send-window', 'blackout', 'channel-capacity', 'first-come', 'waiting-message', 'earlier-send', 'control-group', 'on-block',
];

/**
 * The smallest changes under which a message would have gone: each candidate world is put to the same `decide` at the same
 * instant. Single changes first; only where none is enough pairs, then threes. What suffices in fewer is never shown in more.
 * @param world in which the message was not sent
 * @returns the best first; empty when nothing helps (an erased customer)
 */
export function smallestChanges(world: World, decision: Decision): Option[] {
	if (decision.decision === 'send') return [];
	const candidates = [...requestChanges(world, decision), ...addresseeChanges(world), ...hourChanges(world), ...ruleChanges(world)].sort(compare);
	for (let together = 1; together <= TOGETHER; together++) {
		const tried = together === 1 ? candidates : fewerSends(candidates);
		if (together === TOGETHER && tried.length > CANDIDATES_OF_THREES) tried.length = CANDIDATES_OF_THREES;
		const options = combinations(tried, together).flatMap((combination) => optionOf(combination, world, decision) ?? []);
		const sent = options.filter(({ result }) => result === 'sent');
		// To be held instead of dropped is an answer only where nothing of the same size gets the message out.
		const found = [...sent, ...options.filter(({ result }) => result === 'held')];
		if (found.length > 0) return found.slice(0, OPTIONS);
	}
	return prunedOption(fewerSends(candidates), world, decision);
}

/** Where even three are too few: all changes at once, less those that it goes without. */
function prunedOption(candidates: readonly Candidate[], world: World, decision: Decision): Option[] {
	const goes = (some: readonly Candidate[]) => optionOf(some, world, decision)?.result === 'sent';
	if (!goes(candidates)) return [];
	// The last in order, the ones that are hardest to make, are tried to be left out first.
	const needed = candidates.reduceRight<readonly Candidate[]>((kept, candidate) => {
		const others = kept.filter((one) => one !== candidate);
		return goes(others) ? others : kept;
	}, candidates);
	return [optionOf(needed, world, decision) as Option];
}

function optionOf(combination: readonly Candidate[], world: World, decision: Decision): Option | null {
	const changed = combination.reduce((before, { apply }) => apply(before), world);
	const { prior } = changed.facts;
	// What was answered before was answered to the message as it was; here it is another one from the start.
	const facts = prior === undefined ? changed.facts : { ...changed.facts, prior: { ...prior, bodyHash: bodyHash(changed.request) } };
	const answer = decide(changed.request, facts, changed.policy, world.nowMs);
	const changes = combination.map(({ change }) => change);
	if (answer.decision === 'send') return { changes, result: 'sent', untilMs: null };
	if (answer.decision === 'delay' && decision.decision === 'drop' && changes.some(({ kind }) => kind === 'deadline' || kind === 'on-block')) {
		return { changes, result: 'held', untilMs: answer.untilMs };
	}
	return null;
}

function compare(a: Candidate, b: Candidate): number {
	return ORDER.indexOf(a.change.kind) - ORDER.indexOf(b.change.kind) || a.size - b.size;
}

function fewerSends(candidates: readonly Candidate[]): Candidate[] {
	let sends = 0;
	return candidates.filter(({ change }) => change.kind !== 'earlier-send' || ++sends <= SENDS_IN_COMBINATIONS);
}

function combinations<T>(items: readonly T[], size: number): T[][] {
	if (size === 1) return items.map((item) => [item]);
	return items.flatMap((item, place) => combinations(items.slice(place + 1), size - 1).map((rest) => [item, ...rest]));
}
