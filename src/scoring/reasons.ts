import type { ZoneClock } from '../policy/zoneClock';
import { actionPoints, actionsOf, earn, factPoints, levelOf, limited, nothingEarned, rounded, type Deed, type Level } from './points';
import type { JsonObject } from '../journeys/conditions';
import type { LeadRules } from './rules';

/** A score that says where it comes from. */
export interface LeadScore {
	points: number;
	level: Level;
	/** What counts most first, in words: "Clicked in a message: 3 times, last on 2026-02-27 (+18.4)". */
	reasons: string[];
}

interface Part {
	points: number;
	words: string;
}

/**
 * The score of a lead at an instant, a pure function of what the lead had done until then and of the profile.
 * @param deeds all that the rules ask about, in any order; later ones are left out
 * @param at UTC milliseconds @param zone of the dates in words
 */
export function leadScore(rules: LeadRules, deeds: readonly Deed[], profile: JsonObject, at: number, zone: ZoneClock): LeadScore {
	const earned = earn(rules, nothingEarned(rules, at), deeds);
	const worth = actionPoints(rules, earned, at);
	const facts = factPoints(rules, profile);
	const done = rules.actions.map(() => ({ times: 0, last: 0 }));
	for (const deed of deeds) {
		if (deed.at > at) continue;
		for (const place of actionsOf(rules, deed)) done[place] = { times: done[place].times + 1, last: Math.max(done[place].last, deed.at) };
	}
	const parts: Part[] = [
		...rules.actions.flatMap((action, place): Part[] => {
			if (done[place].times === 0) return [];
			const full = limited(action, earned.actions[place]) !== earned.actions[place] ? ', the most that counts' : '';
			return [{ points: worth[place], words: `${action.label || inWords(action.eventType)}: ${often(done[place].times)}, ${done[place].times > 1 ? 'last ' : ''}on ${zone.dateOf(done[place].last)} (${signed(worth[place])}${full})` }];
		}),
		...rules.facts.flatMap((fact, place): Part[] => (facts[place] === 0 ? [] : [{ points: facts[place], words: `${fact.label || conditionWords(fact.conditions)} (${signed(facts[place])})` }])),
	].filter(({ points }) => Math.abs(points) >= 0.05);
	const points = rounded([...worth, ...facts].reduce((sum, one) => sum + one, 0));
	parts.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
	return { points, level: levelOf(rules, points), reasons: parts.map(({ words }) => words) };
}

/** "demo_requested" is "Demo requested". */
export function inWords(eventType: string): string {
	const words = eventType.replaceAll(/[_\-.]+/g, ' ').trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

const OPERATOR_WORDS = { equals: 'is', notEquals: 'is not', contains: 'contains', notContains: 'does not contain', greaterThan: 'is above', lessThan: 'is below', exists: 'is known', notExists: 'is not known' } as const;

export function conditionWords(conditions: LeadRules['facts'][number]['conditions']): string {
	return conditions.map(({ field, operator, value }) => `${inWords(field.replace(/^attributes\./, ''))} ${OPERATOR_WORDS[operator]}${value === undefined || operator === 'exists' || operator === 'notExists' ? '' : ` ${value}`}`).join(' and ');
}

function often(times: number): string {
	return times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
}

/** One decimal where there is one. */
export function signed(points: number): string {
	const text = String(Math.round(Math.abs(points) * 10) / 10);
	return `${points < 0 ? '−' : '+'}${text}`;
}
