import { canonicalJson } from '../core/hash';
import { PERIOD_OPTIONS } from './periodFields';

type Policy = Record<string, unknown>;
type Rule = { id: string; scope?: Record<string, unknown>; limit?: unknown; window?: string; minGap?: string; activeFrom?: string; activeTo?: string; mode?: string; collectFor?: string; horizon?: string; appliesTo?: string[]; releaseOnBounce?: boolean };

/** What changed from one policy to the next, a sentence each, for the person who changed it. */
export function policyChanges(before: Policy, after: Policy): string[] {
	return [...ruleChanges(rulesOf(before), rulesOf(after)), ...FIELDS.flatMap(({ field, sentence }) => (same(before[field], after[field]) ? [] : [sentence(after[field])]))];
}

/** The whole policy, a sentence a rule. */
export function policyInWords(policy: Policy): string[] {
	return [...rulesOf(policy).map((rule) => `${capitalised(ruleInWords(rule))} (${rule.id}).`), ...FIELDS.filter(({ field, silent }) => plain(policy[field]) !== null && !(silent === true && isEmpty(policy[field]))).map(({ field, sentence }) => sentence(policy[field]))];
}

/** `silent`: an empty list goes without saying. */
const FIELDS: { field: string; silent?: boolean; sentence(value: unknown): string }[] = [
	{ field: 'quietHours', sentence: (value) => `Quiet hours: ${listInWords(((value ?? []) as Policy[]).map(periodInWords), 'none')}.` },
	{ field: 'sendWindows', silent: true, sentence: (value) => `Messages go out only: ${listInWords(((value ?? []) as Policy[]).map(periodInWords), 'at any hour')}.` },
	{ field: 'channelCapacity', silent: true, sentence: (value) => `What channels take: ${listInWords(((value ?? []) as Policy[]).map(capacityInWords), 'as much as comes')}.` },
	{ field: 'controlPercent', sentence: (value) => (Number(value) > 0 ? `${String(value)} % of all customers get no marketing: they are the control group.` : 'There is no control group of all marketing.') },
	{ field: 'ageing', sentence: (value) => (value ? 'Held messages gain a point of priority a day.' : 'Held messages keep their priority.') },
	{ field: 'off', sentence: (value) => (value ? 'ALL marketing and service messages are stopped.' : 'Messages are not stopped.') },
	{ field: 'clickHosts', silent: true, sentence: (value) => `Click links lead to: ${listInWords((value ?? []) as string[], 'nowhere, they are off')}.` },
	{ field: 'blackoutDates', sentence: (value) => `Days without messages: ${listInWords((value ?? []) as string[], 'none')}.` },
	{ field: 'requireConsent', sentence: (value) => (value ? 'Marketing needs consent.' : 'Marketing goes to everybody who did not object.') },
	{ field: 'storeZone', sentence: (value) => `The time zone of the shop is ${String(value)}.` },
	{ field: 'strict', sentence: (value) => (value ? 'Customers without a known time zone get messages only when it is day in all zones they may live in.' : 'Customers without a known time zone live by the time of the shop.') },
	{ field: 'weekStart', sentence: (value) => `The week starts on ${value === 'sunday' ? 'Sunday' : 'Monday'}.` },
	{ field: 'jitter', sentence: (value) => `Messages spread over ${durationInWords(String(value))} after quiet hours.` },
];

function ruleChanges(before: Rule[], after: Rule[]): string[] {
	const old = new Map(before.map((rule) => [rule.id, rule]));
	const changed = after.flatMap((rule) => {
		const was = old.get(rule.id);
		if (!was) return [`New: ${ruleInWords(rule)} (${rule.id}).`];
		return same(was, rule) ? [] : [`Changed: ${ruleInWords(rule)} (${rule.id}; it was: ${ruleInWords(was)}).`];
	});
	const kept = new Set(after.map(({ id }) => id));
	return [...changed, ...before.filter(({ id }) => !kept.has(id)).map((rule) => `Removed: ${ruleInWords(rule)} (${rule.id}).`)];
}

/** "at most 2 messages of category promo in 7 days, 3 for VIP customers" */
export function ruleInWords({ scope = {}, limit, window, minGap, ...when }: Rule): string {
	const { channel, category, tag, journey } = scope;
	const what = [category ? `of category ${String(category)}` : '', channel ? `by ${String(channel)}` : '', tag ? `with the tag ${String(tag)}` : '', journey ? `of the journey ${String(journey)}` : ''].filter(Boolean).join(' ');
	const limited = limit !== undefined && limit !== null && limit !== '';
	if (minGap && !limited) return [`at least ${durationInWords(minGap)} between two messages${what && ` ${what}`}`, ...conditionsInWords(when)].join(', ');
	if (!limited) return ['no limit', ...conditionsInWords(when)].join(', ');
	const { usual, stages } = limitsOf(limit);
	const others = stages.map(([stage, count]) => `${count} for ${stage === 'vip' ? 'VIP' : stage} customers`);
	const most = usual === null ? 'any number of' : `at most ${usual}`;
	return [`${most} ${usual === 1 ? 'message' : 'messages'}${what && ` ${what}`} ${periodInSentence(window ?? '')}`, ...others, ...(minGap ? [`at least ${durationInWords(minGap)} apart`] : []), ...conditionsInWords(when)].join(', ');
}

function conditionsInWords({ activeFrom, activeTo, mode, collectFor, horizon, appliesTo, releaseOnBounce }: Partial<Rule>): string[] {
	return [
		...(activeFrom ? [`from ${activeFrom} on`] : []),
		...(activeTo ? [`until ${activeTo}`] : []),
		...(mode === 'fcfs' ? ['first come, first served'] : []),
		...(appliesTo ? [`only ${listInWords([...appliesTo], '').replace(/; (?=[^;]*$)/, ' and ').replace(/;/g, ',')} messages count`] : []),
		...(releaseOnBounce ? ['bounced messages do not count'] : []),
		...(horizon ? [`places are kept for more important messages of the next ${durationInWords(horizon)}`] : []),
		...(mode === 'batch' ? [`the most important of ${durationInWords(collectFor ?? '')}`] : []),
	];
}

function capacityInWords({ channel, limit, window = 'PT1M' }: Policy): string {
	return `${String(limit)} by ${String(channel)} in ${durationInWords(String(window))}`;
}

/** `usual` null: customers of no stage that is named have no limit. */
function limitsOf(limit: unknown): { usual: number | null; stages: [string, number][] } {
	if (typeof limit !== 'object' || limit === null) return { usual: Number(limit), stages: [] };
	const { default: usual, byStage = {} } = limit as { default?: number | null | ''; byStage?: Record<string, number | { add: number }> };
	const base = typeof usual === 'number' ? usual : null;
	const stages = Object.entries(byStage).flatMap(([stage, own]): [string, number][] => (typeof own === 'number' ? [[stage, own]] : base === null ? [] : [[stage, Math.max(0, base + own.add)]]));
	return { usual: base, stages };
}

function periodInSentence(window: string): string {
	if (['day', 'week', 'month'].includes(window)) return `per calendar ${window}`;
	return `in ${PERIOD_OPTIONS.find(({ value }) => value === window)?.name.toLowerCase() ?? durationInWords(window)}`;
}

function durationInWords(iso: string): string {
	const units: Record<string, string> = { W: 'week', D: 'day', H: 'hour', M: 'minute', S: 'second' };
	const parts = [...iso.matchAll(/(\d+)([WDHMS])/g)].map(([, count = '0', unit = '']) => `${count} ${units[unit]}${count === '1' ? '' : 's'}`);
	return parts.join(' ') || '0 minutes';
}

function periodInWords({ channels, start, end, days }: Policy): string {
	const on = Array.isArray(days) && days.length > 0 && days.length < 7 ? ` from ${days.join(', ')}` : '';
	return `${String(start)} to ${String(end)}${on} (${Array.isArray(channels) && channels.length > 0 ? channels.join(', ') : 'all channels'})`;
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const listInWords = (list: string[], none: string) => (list.length > 0 ? list.join('; ') : none);
const rulesOf = (policy: Policy) => (policy.rules ?? []) as Rule[];

/** A missing field and its empty value say the same; channels and days in another order as well. */
function same(a: unknown, b: unknown): boolean {
	return canonicalJson(isEmpty(a) ? null : plain(a)) === canonicalJson(isEmpty(b) ? null : plain(b));
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function plain(value: unknown): unknown {
	if (value === undefined || value === false || value === 0 || value === 'PT0S' || value === 'PT0M') return null;
	if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? [...value].sort() : value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
