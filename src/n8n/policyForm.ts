import { text } from './eventFields';
import { dayOf, gapOf, limitRules, type LimitForm } from './limitForm';

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

interface PeriodForm {
	channels?: string[];
	start: string;
	end: string;
	days?: string[];
}

/**
 * The form as a policy file (contact-policy.md section 10).
 * @param workflowZone for an empty *Time Zone of the Shop*
 * @throws JourneyError `bad_input` naming the limit and the field
 */
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

function gapRule(hours: number): Record<string, unknown>[] {
	const gap = gapOf(hours);
	return gap.minGap ? [{ id: 'gap', scope: { any: true }, ...gap }] : [];
}

function periodOf({ channels = [], start, end, days = [] }: PeriodForm): Record<string, unknown> {
	return { ...(channels.length > 0 ? { channels } : {}), start: text(start), end: text(end), ...(days.length > 0 ? { days } : {}) };
}
