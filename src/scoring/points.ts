import { matchesAll, type JsonObject } from '../journeys/conditions';
import type { LeadAction, LeadRules } from './rules';

/** Something that a lead did. */
export interface Deed {
	type: string;
	/** UTC milliseconds; what is dated ahead counts from when it came in. */
	at: number;
	properties: JsonObject;
}

/** cold below MQL, warm from MQL on, hot from SQL on. */
export const LEVELS = ['cold', 'warm', 'hot'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * What a lead's deeds are worth at an instant, action by action, before limits. Points halve alike whenever they were earned, so
 * that this is all a later score needs to know of the past: deeds can be added to it in any order.
 */
export interface Earned {
	/** UTC milliseconds */
	asOf: number;
	actions: number[];
}

const DAY_MS = 86_400_000;

/** How many points a deed gives; which actions it is. */
export function actionsOf({ actions }: LeadRules, deed: Deed): number[] {
	return actions.flatMap(({ eventType, filter }, place) => (eventType === deed.type && matchesAll(filter, deed.properties) ? [place] : []));
}

/** The part of its points that is left of an action of so long ago. @param ageMs below 0 counts as 0 */
export function left({ halfLifeDays }: LeadAction, ageMs: number): number {
	return halfLifeDays === null || ageMs <= 0 ? 1 : 2 ** (-ageMs / (halfLifeDays * DAY_MS));
}

export function nothingEarned({ actions }: LeadRules, asOf: number): Earned {
	return { asOf, actions: actions.map(() => 0) };
}

/** What is left of it at a later instant. */
export function later({ actions }: LeadRules, earned: Earned, at: number): Earned {
	return { asOf: at, actions: earned.actions.map((points, place) => points * left(actions[place], at - earned.asOf)) };
}

/** With deeds up to its instant. A later deed is left out. */
export function earn(rules: LeadRules, before: Earned, deeds: readonly Deed[]): Earned {
	const actions = [...before.actions];
	for (const deed of deeds) {
		if (deed.at > before.asOf) continue;
		for (const place of actionsOf(rules, deed)) actions[place] += rules.actions[place].points * left(rules.actions[place], before.asOf - deed.at);
	}
	return { asOf: before.asOf, actions };
}

/** Of each fact, its points where it holds, else 0. @param profile the customer as conditions see them */
export function factPoints({ facts }: LeadRules, profile: JsonObject): number[] {
	return facts.map(({ conditions, points }) => (matchesAll(conditions, profile) ? points : 0));
}

/** Of each action at `at`, within its limit. */
export function actionPoints({ actions }: LeadRules, earned: Earned, at: number): number[] {
	return earned.actions.map((points, place) => limited(actions[place], points * left(actions[place], at - earned.asOf)));
}

/** @param facts points of the facts that hold, together */
export function scoreAt(rules: LeadRules, earned: Earned, facts: number, at: number): number {
	return rounded(actionPoints(rules, earned, at).reduce((sum, points) => sum + points, facts));
}

export function levelOf({ mql, sql }: Pick<LeadRules, 'mql' | 'sql'>, score: number): Level {
	return score >= sql ? 'hot' : score >= mql ? 'warm' : 'cold';
}

export function limited({ most }: LeadAction, points: number): number {
	return most === null ? points : Math.sign(points) * Math.min(most, Math.abs(points));
}

/** Points of a sum that differ in the last digits only are the same points. */
export function rounded(points: number): number {
	return Math.round(points * 1e6) / 1e6;
}
