import { fitLogistic } from './logistic';
import { levelOf, rounded } from './points';
import type { LeadRules } from './rules';

/** A lead at an instant of the past, and what became of it. */
export interface LeadCase {
	/** Of each action: how many of it, each by what is left of it, within its limit. */
	actions: number[];
	/** Of each fact: 1 where it holds today. */
	facts: number[];
	/** Ordered for the first time within the horizon. */
	converted: boolean;
	/** The latest instant, which the weights are tried on. */
	latest: boolean;
}

export interface ScoreBand {
	/** Points from here on; null: below all others. */
	from: number | null;
	/** To below here; null: without end. */
	to: number | null;
	leads: number;
	converted: number;
}

export interface SuggestedPoints {
	kind: 'action' | 'fact';
	/** Place among the rules of its kind. */
	place: number;
	points: number;
	suggested: number;
	/** Cases that show it. */
	leads: number;
	/** Too few leads show it: the points stay as they are. */
	tooFew: boolean;
}

export interface Calibration {
	leads: number;
	converted: number;
	/** Conversion by score. */
	bands: ScoreBand[];
	/** null: too few leads became customers, or too few did not. */
	suggestion: { rules: LeadRules; points: SuggestedPoints[] } | null;
	/**
	 * How often a lead who became a customer had more points than one who did not, on the latest leads, which the suggested weights
	 * have not seen: 0.5 is chance, 1 always. null: it cannot be said.
	 */
	ranking: { now: number; suggested: number } | null;
}

const FEWEST_CONVERTED = 20;
const FEWEST_WITH_SIGN = 10;

/** What the score was worth, and which points would have told better who becomes a customer (intelligence.md, "Lead score"). */
export function calibrate(rules: LeadRules, cases: readonly LeadCase[]): Calibration {
	const scores = cases.map((one) => scoreOf(rules, one));
	const converted = cases.filter((one) => one.converted).length;
	const found = { leads: cases.length, converted, bands: bandsOf(rules, cases, scores) };
	if (converted < FEWEST_CONVERTED || cases.length - converted < FEWEST_CONVERTED) return { ...found, suggestion: null, ranking: null };
	const learned = suggest(rules, cases.filter(({ latest }) => !latest));
	const tried = cases.filter(({ latest }) => latest);
	const now = rankingOf(tried, tried.map((one) => scoreOf(rules, one)));
	const suggested = learned ? rankingOf(tried, tried.map((one) => scoreOf(learned.rules, one))) : null;
	return { ...found, suggestion: suggest(rules, cases), ranking: now === null || suggested === null ? null : { now, suggested } };
}

function scoreOf({ actions, facts }: LeadRules, one: LeadCase): number {
	return rounded(actions.reduce((sum, { points }, place) => sum + points * one.actions[place], 0) + facts.reduce((sum, { points }, place) => sum + points * one.facts[place], 0));
}

/** Below 0, up to warm in halves, warm, hot. */
function bandsOf({ mql, sql }: LeadRules, cases: readonly LeadCase[], scores: readonly number[]): ScoreBand[] {
	const edges = [...new Set([...(mql > 0 ? [0, mql / 2] : []), mql, sql])];
	return [null, ...edges].map((from, place) => {
		const to = edges[place] ?? null;
		const inside = cases.filter((_, at) => (from === null || scores[at] >= from) && (to === null || scores[at] < to));
		return { from, to, leads: inside.length, converted: inside.filter((one) => one.converted).length };
	});
}

/** Weights by what the signs were worth, on the scale that the points have; thresholds so that as many leads are warm and hot as now. */
function suggest(rules: LeadRules, cases: readonly LeadCase[]): Calibration['suggestion'] {
	const converted = cases.filter((one) => one.converted).length;
	if (converted < FEWEST_CONVERTED || cases.length - converted < FEWEST_CONVERTED) return null;
	const signs = [...rules.actions.map(({ points }, place) => ({ kind: 'action' as const, place, points, of: (one: LeadCase) => one.actions[place] })), ...rules.facts.map(({ points }, place) => ({ kind: 'fact' as const, place, points, of: (one: LeadCase) => one.facts[place] }))];
	const shown = signs.map(({ of }) => cases.filter((one) => of(one) > 0).length);
	const used = signs.filter((_, at) => shown[at] >= FEWEST_WITH_SIGN && shown[at] <= cases.length - FEWEST_WITH_SIGN);
	if (used.length === 0) return null;
	const rows = cases.map((one) => Float64Array.from([1, ...used.map(({ of }) => of(one))]));
	const weights = fitLogistic(rows, Uint8Array.from(cases, (one) => Number(one.converted)));
	const spread = used.map(({ of }) => deviation(cases.map(of)));
	const together = (values: readonly number[]) => values.reduce((sum, value, place) => sum + Math.abs(value) * spread[place], 0);
	const scale = together(used.map(({ points }) => points)) / together([...weights.slice(1)]);
	if (!Number.isFinite(scale) || scale <= 0) return null;
	const points = signs.map((sign, at) => {
		const place = used.indexOf(sign);
		return { kind: sign.kind, place: sign.place, points: sign.points, suggested: place < 0 ? sign.points : Math.round(weights[place + 1] * scale), leads: shown[at], tooFew: place < 0 };
	});
	const pointsOf = (kind: 'action' | 'fact', place: number) => (points.find((one) => one.kind === kind && one.place === place) as SuggestedPoints).suggested;
	const changed = {
		...rules,
		// A limit in points is so many of the action: it goes with them.
		actions: rules.actions.map((action, place) => ({ ...action, points: pointsOf('action', place), most: action.most === null || action.points === 0 ? action.most : Math.max(1, Math.round((action.most * Math.abs(pointsOf('action', place))) / Math.abs(action.points))) })),
		facts: rules.facts.map((fact, place) => ({ ...fact, points: pointsOf('fact', place) })),
	};
	return { rules: { ...changed, ...thresholds(rules, changed, cases) }, points };
}

function thresholds(rules: LeadRules, changed: LeadRules, cases: readonly LeadCase[]): { mql: number; sql: number } {
	const levels = cases.map((one) => levelOf(rules, scoreOf(rules, one)));
	const sorted = cases.map((one) => scoreOf(changed, one)).sort((a, b) => b - a);
	const from = (count: number, otherwise: number) => (count === 0 ? otherwise : Math.round(sorted[count - 1]));
	const hot = levels.filter((level) => level === 'hot').length;
	const mql = from(levels.filter((level) => level !== 'cold').length, rules.mql);
	return { mql, sql: Math.max(mql + 1, from(hot, rules.sql)) };
}

/** By the ranks of the scores, ties as half (Mann & Whitney 1947). */
function rankingOf(cases: readonly LeadCase[], scores: readonly number[]): number | null {
	const order = [...cases.keys()].sort((a, b) => scores[a] - scores[b]);
	let [ranks, buyers] = [0, 0];
	for (let first = 0; first < order.length; ) {
		let end = first + 1;
		while (end < order.length && scores[order[end]] === scores[order[first]]) end++;
		for (let at = first; at < end; at++) if (cases[order[at]].converted) [ranks, buyers] = [ranks + (first + end + 1) / 2, buyers + 1];
		first = end;
	}
	const others = cases.length - buyers;
	return buyers === 0 || others === 0 ? null : (ranks - (buyers * (buyers + 1)) / 2) / (buyers * others);
}

function deviation(values: readonly number[]): number {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
