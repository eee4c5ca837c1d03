import { JourneyError } from '../core/errors';
import { text } from './eventFields';

/** A limit as the form of *Edit Company Policy* holds it. */
export interface LimitForm {
	name?: string;
	/** `several`: of channel, category, tag and journey those that are filled in */
	scope: 'any' | 'channel' | 'category' | 'both' | 'tag' | 'journey' | 'several';
	channel?: string;
	category?: string;
	tag?: string;
	journey?: string;
	atMost: number;
	/** `other`: so many `periodUnit` */
	period: string;
	periodAmount?: number;
	periodUnit?: 'hours' | 'days' | 'weeks';
	extraForVip?: number;
	fewerForDormant?: number;
	stages?: { stages?: StageForm[] };
	/** classes of messages; an expression may give them separated by commas */
	kinds?: string[] | string;
	gapHours?: number;
	releaseOnBounce?: boolean;
	activeFrom?: unknown;
	activeTo?: unknown;
	mode?: 'fcfs' | 'reserve_for_higher' | 'batch';
	horizonHours?: number;
	collectMinutes?: number;
}

interface StageForm {
	/** `other`: of this name */
	stage: string;
	stageName?: string;
	how: 'atMost' | 'more' | 'fewer';
	count: number;
}

type Rule = Record<string, unknown> & { id: string };

const USUAL_KINDS = ['marketing', 'service'];

/**
 * Limits as rules of a policy file (contact-policy.md section 4).
 * @throws JourneyError `bad_input` naming the limit and the field that is empty
 */
export function limitRules(limits: readonly LimitForm[]): Rule[] {
	const taken = new Set<string>();
	return limits.map((form, place) => {
		const asked = scopeOf(form, place);
		const window = windowOf(form);
		const id = unusedId(text(form.name) || derivedName(asked, window), taken);
		taken.add(id);
		return { id, scope: asked, limit: limitOf(form, place), window, ...gapOf(form.gapHours), ...kindsOf(form), ...activeIn(form), ...modeOf(form), ...(form.releaseOnBounce ? { releaseOnBounce: true } : {}) };
	});
}

/** A gap in hours as a rule's `minGap`, to the minute; nothing where there is none. */
export function gapOf(hours: unknown): { minGap?: string } {
	const minutes = Math.round(Number(hours ?? 0) * 60);
	if (!(minutes > 0)) return {};
	return { minGap: minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M` };
}

const FIELDS = { channel: 'Channel', category: 'Category', tag: 'Tag', journey: 'Journey' } as const;
const NEEDED: Record<LimitForm['scope'], (keyof typeof FIELDS)[]> = { any: [], channel: ['channel'], category: ['category'], both: ['channel', 'category'], tag: ['tag'], journey: ['journey'], several: [] };

function scopeOf(form: LimitForm, place: number): Record<string, unknown> {
	if (form.scope === 'any') return { any: true };
	const asked = form.scope === 'several' ? (Object.keys(FIELDS) as (keyof typeof FIELDS)[]) : NEEDED[form.scope];
	const scope = Object.fromEntries(asked.flatMap((field) => (text(form[field]) ? [[field, text(form[field])]] : [])));
	const empty = NEEDED[form.scope].find((field) => !(field in scope));
	if (empty) throw emptyField(place, FIELDS[empty]);
	return Object.keys(scope).length === 0 ? { any: true } : scope;
}

function windowOf({ period, periodAmount, periodUnit = 'days' }: LimitForm): string {
	if (period !== 'other') return period;
	const amount = Number(periodAmount ?? 1);
	return { hours: `PT${amount}H`, days: `P${amount}D`, weeks: `P${amount}W` }[periodUnit];
}

function limitOf({ atMost, extraForVip, fewerForDormant, stages }: LimitForm, place: number): unknown {
	const byStage: Record<string, unknown> = { ...(extraForVip ? { vip: { add: Number(extraForVip) } } : {}), ...(fewerForDormant ? { dormant: { add: -Number(fewerForDormant) } } : {}) };
	for (const { stage, stageName, how, count } of stages?.stages ?? []) {
		const name = stage === 'other' ? text(stageName) : stage;
		if (name === '') throw emptyField(place, 'Name of the Stage');
		if (Object.hasOwn(byStage, name)) throw new JourneyError('bad_input', `Limit ${place + 1} says twice what holds for customers of the stage "${name}": keep one of the two.`, { field: 'Customers of Other Stages' });
		byStage[name] = how === 'atMost' ? Number(count) : { add: how === 'more' ? Number(count) : -Number(count) };
	}
	return Object.keys(byStage).length === 0 ? Number(atMost) : { default: Number(atMost), byStage };
}

function kindsOf({ kinds = USUAL_KINDS }: LimitForm): Record<string, unknown> {
	const asked = (Array.isArray(kinds) ? kinds : text(kinds).split(',')).map((kind) => kind.trim()).filter(Boolean);
	return asked.length === 0 || (asked.length === USUAL_KINDS.length && USUAL_KINDS.every((kind) => asked.includes(kind))) ? {} : { appliesTo: asked };
}

/** The whole days on which a limit holds. */
function activeIn({ activeFrom, activeTo }: LimitForm): Record<string, unknown> {
	const [from, to] = [dayOf(activeFrom), dayOf(activeTo)];
	return { ...(from ? { activeFrom: from } : {}), ...(to ? { activeTo: to } : {}) };
}

/** What is not said is kept for a more important message of the next 24 hours. */
function modeOf({ mode = 'reserve_for_higher', collectMinutes, horizonHours }: LimitForm): Record<string, unknown> {
	if (mode === 'batch') return { mode, collectFor: `PT${Math.max(1, Math.trunc(Number(collectMinutes ?? 10)))}M` };
	if (mode === 'fcfs') return { mode };
	const hours = Math.max(1, Math.trunc(Number(horizonHours ?? 24)));
	return hours === 24 ? {} : { horizon: `PT${hours}H` };
}

function derivedName(scope: Record<string, unknown>, window: string): string {
	const what = scope.any ? ['any'] : Object.entries(scope).map(([field, name]) => (field === 'tag' || field === 'journey' ? `${field}-${String(name)}` : String(name)));
	return [...what, window.replace(/^PT?/, '').toLowerCase()].join('-').slice(0, 90);
}

function unusedId(name: string, taken: ReadonlySet<string>): string {
	let id = name;
	for (let count = 2; taken.has(id); count++) id = `${name}-${count}`;
	return id;
}

function emptyField(place: number, label: string): JourneyError {
	return new JourneyError('bad_input', `Limit ${place + 1} has an empty "${label}": fill it in.`, { field: label });
}

/** The date field gives an instant or a luxon object; the day is the one that was picked. */
export function dayOf(value: unknown): string {
	const iso = typeof value === 'object' && value !== null && 'toISO' in value ? String((value as { toISO(): string }).toISO()) : text(value);
	return iso.slice(0, 10);
}
