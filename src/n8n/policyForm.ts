import { text } from './eventFields';

/** What the form of *Edit Company Policy* holds, as n8n gives it. */
export interface PolicyForm {
	/** Off: no limits. n8n does not save an emptied list, so emptying it cannot say so. */
	hasLimits: boolean;
	limits: { limits?: LimitForm[] };
	minGapHours: number;
	hasQuietHours: boolean;
	quietHours: { periods?: PeriodForm[] };
	blackoutDates: { days?: { date?: unknown }[] };
	requireConsent: boolean;
	storeZone: string;
	unknownZone: 'store' | 'strict';
	weekStart: string;
	jitterMinutes: number;
	sendWindows: { periods?: PeriodForm[] };
	channelCapacity: { channels?: { channel: string; atMost: number; period: string }[] };
	controlPercent: number;
	ageing: boolean;
	off: boolean;
	/** separated by commas */
	clickHosts?: string;
}

export interface LimitForm {
	name?: string;
	scope: 'any' | 'channel' | 'category' | 'both';
	channel?: string;
	category?: string;
	atMost: number;
	period: string;
	extraForVip?: number;
	fewerForDormant?: number;
	activeFrom?: unknown;
	activeTo?: unknown;
	mode?: 'fcfs' | 'reserve_for_higher' | 'batch';
	collectMinutes?: number;
}

interface PeriodForm {
	channels?: string[];
	start: string;
	end: string;
	days?: string[];
}

type Rule = Record<string, unknown> & { id: string };

/** The form as a policy file (contact-policy.md section 10). @param workflowZone for an empty *Time Zone of the Shop* */
export function policyOf(form: PolicyForm, workflowZone: string): Record<string, unknown> {
	return {
		storeZone: text(form.storeZone) || workflowZone,
		strict: form.unknownZone === 'strict',
		weekStart: form.weekStart,
		rules: [...limitRules((form.hasLimits && form.limits.limits) || []), ...gapRule(Number(form.minGapHours))],
		quietHours: ((form.hasQuietHours && form.quietHours.periods) || []).map(periodOf),
		blackoutDates: (form.blackoutDates.days ?? []).map(({ date }) => dayOf(date)).filter(Boolean),
		jitter: `PT${Math.trunc(Number(form.jitterMinutes))}M`,
		requireConsent: form.requireConsent,
		sendWindows: (form.sendWindows.periods ?? []).map(periodOf),
		clickHosts: (typeof form.clickHosts === 'string' ? form.clickHosts : '').split(/[\s,;]+/).filter(Boolean),
		channelCapacity: (form.channelCapacity.channels ?? []).map(({ channel, atMost, period }) => ({ channel, limit: Number(atMost), window: period })),
		controlPercent: Number(form.controlPercent),
		ageing: form.ageing,
		off: form.off,
	};
}

function limitRules(limits: LimitForm[]): Rule[] {
	const taken = new Set<string>();
	return limits.map((form) => {
		const id = unusedId(text(form.name) || derivedName(form), taken);
		taken.add(id);
		return { id, scope: scopeOf(form), limit: limitOf(form), window: form.period, ...activeIn(form), ...modeOf(form) };
	});
}

/** The whole days on which a limit holds. */
function activeIn({ activeFrom, activeTo }: LimitForm): Record<string, unknown> {
	const [from, to] = [dayOf(activeFrom), dayOf(activeTo)];
	return { ...(from ? { activeFrom: from } : {}), ...(to ? { activeTo: to } : {}) };
}

/** What is not said is kept for a more important message. */
function modeOf({ mode = 'reserve_for_higher', collectMinutes }: LimitForm): Record<string, unknown> {
	if (mode === 'batch') return { mode, collectFor: `PT${Math.max(1, Math.trunc(Number(collectMinutes ?? 10)))}M` };
	return mode === 'fcfs' ? { mode } : {};
}

function derivedName({ scope, channel, category, period }: LimitForm): string {
	const what = scope === 'any' ? ['any'] : [scope === 'category' ? undefined : channel, scope === 'channel' ? undefined : category];
	return [...what, period.replace(/^PT?/, '').toLowerCase()].filter(Boolean).join('-');
}

function unusedId(name: string, taken: ReadonlySet<string>): string {
	let id = name;
	for (let count = 2; taken.has(id); count++) id = `${name}-${count}`;
	return id;
}

function scopeOf({ scope, channel, category }: LimitForm): Record<string, unknown> {
	if (scope === 'any') return { any: true };
	return { ...(scope === 'category' ? {} : { channel }), ...(scope === 'channel' ? {} : { category: text(category) }) };
}

function limitOf({ atMost, extraForVip, fewerForDormant }: LimitForm): unknown {
	const byStage = { ...(extraForVip ? { vip: { add: Number(extraForVip) } } : {}), ...(fewerForDormant ? { dormant: { add: -Number(fewerForDormant) } } : {}) };
	return Object.keys(byStage).length === 0 ? Number(atMost) : { default: Number(atMost), byStage };
}

function gapRule(hours: number): Rule[] {
	if (!(hours > 0)) return [];
	const minutes = Math.round(hours * 60);
	return [{ id: 'gap', scope: { any: true }, minGap: minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M` }];
}

function periodOf({ channels = [], start, end, days = [] }: PeriodForm): Record<string, unknown> {
	return { ...(channels.length > 0 ? { channels } : {}), start: text(start), end: text(end), ...(days.length > 0 ? { days } : {}) };
}

/** The date field gives an instant or a luxon object; the day is the one that was picked. */
function dayOf(value: unknown): string {
	const iso = typeof value === 'object' && value !== null && 'toISO' in value ? String((value as { toISO(): string }).toISO()) : text(value);
	return iso.slice(0, 10);
}
