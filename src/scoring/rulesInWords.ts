import { conditionWords, inWords, signed } from './reasons';
import type { LeadRules } from './rules';

/** Rules, one line each: "Opened a message: +2, half after 30 days, at most 10". */
export function rulesInWords({ actions, facts, mql, sql }: LeadRules): string[] {
	return [
		...actions.map(({ label, eventType, filter, points, halfLifeDays, most }) => {
			const when = filter.length > 0 ? ` when ${conditionWords(filter)}` : '';
			return `${label || inWords(eventType)} (${eventType}${when}): ${[signed(points), halfLifeDays === null ? 'never fades' : `half after ${days(halfLifeDays)}`, ...(most === null ? [] : [`at most ${most}`])].join(', ')}`;
		}),
		...facts.map(({ label, conditions, points }) => `${label ? `${label}: ` : ''}${conditionWords(conditions)}: ${signed(points)}`),
		`Warm (MQL) from ${mql} points, hot (SQL) from ${sql}`,
	];
}

/** What other rules change: lines that are new, and lines that are gone. */
export function ruleChanges(before: LeadRules, after: LeadRules): string[] {
	const [old, now] = [rulesInWords(before), rulesInWords(after)];
	return [...now.filter((line) => !old.includes(line)).map((line) => `now: ${line}`), ...old.filter((line) => !now.includes(line)).map((line) => `no more: ${line}`)];
}

const days = (count: number) => `${count} ${count === 1 ? 'day' : 'days'}`;
