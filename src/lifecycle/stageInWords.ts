import type { AsOf } from '../features/contract';
import type { OrderDays } from '../features/orderDays';
import { medianGap } from '../rhythm/gapFacts';
import { dayAndMonth } from '../rhythm/rhythmInWords';
import { seasonOf } from '../rhythm/season';
import type { LifecycleModel } from './model';
import type { LifecycleSettings } from './settings';
import { stageAt, stageLines, type Stage, type StageAt, type StageLines } from './stages';

/** A stage with what it was told from. */
export interface ExplainedStage {
	stage: Stage;
	/** UTC milliseconds; null for a lead */
	since: number | null;
	/** The stage that has begun, and is told once it has held long enough. */
	pending: Stage | null;
	pendingSince: number | null;
	daysSinceOrder: number | null;
	expectedGapDays: number | null;
	/** In a sentence or two. */
	reason: string;
}

const DAY_MS = 86_400_000;

/** The stage of the customer at a place, with its reason. */
export function explainStage(model: LifecycleModel, settings: LifecycleSettings, { offsets, days, lastAt }: OrderDays, place: number, asOf: AsOf): ExplainedStage {
	const [from, end] = [offsets[place], offsets[place + 1]];
	if (from === end) return { stage: 'lead', since: null, pending: null, pendingSince: null, daysSinceOrder: null, expectedGapDays: null, reason: 'No order yet.' };
	const lines: StageLines = { kept: 'new', due: 0, dormant: 0, churned: 0, expected: 0 };
	const found: StageAt = { stage: 'lead', since: 0, pending: null, pendingSince: 0, checkAt: 0 };
	stageLines(days, from, end, model, settings, lines);
	stageAt(lines, lastAt[place], asOf.at, settings.holdDays * DAY_MS, found);
	const passed = (asOf.at - lastAt[place]) / DAY_MS;
	const sentences = [`Last order ${counted(Math.floor(passed), 'day')} ago${measure(days, from, end, model, settings, lines)}.`, bandInWords(found.stage, lines, passed, settings, model, days, end)];
	if (found.pending) sentences.push(`Past the line to ${found.pending} now: told when that has held ${counted(settings.holdDays, 'day')}.`);
	return {
		stage: found.stage,
		since: found.since,
		pending: found.pending,
		pendingSince: found.pending ? found.pendingSince : null,
		daysSinceOrder: Math.floor(passed),
		expectedGapDays: Math.round(lines.expected * 10) / 10,
		reason: sentences.filter((sentence) => sentence !== '').join(' '),
	};
}

function measure(days: Int32Array, from: number, end: number, model: LifecycleModel, settings: LifecycleSettings, lines: StageLines): string {
	if (settings.by === 'days') return '';
	const season = seasonOf(days, from, end);
	if (season) return `; orders only between ${dayAndMonth(season.firstDay)} and ${dayAndMonth(season.firstDay + season.length)}, so that the next season is waited for`;
	const gaps = end - from - 1;
	const shop = model.gaps > 0 ? `the shop's ${round(model.gap)}` : `${round(model.gap)} while little is known of this shop`;
	if (gaps === 0) return `, the first one; the next is expected after ${shop === `the shop's ${round(model.gap)}` ? `${shop} days` : shop.replace(' while', ' days, while')}`;
	return `, the next is expected every ${counted(round(lines.expected), 'day')} (median of ${counted(gaps, 'own gap')}: ${round(medianGap(days, from, end))}, drawn to ${shop})`;
}

function bandInWords(stage: Stage, lines: StageLines, passed: number, settings: LifecycleSettings, model: LifecycleModel, days: Int32Array, end: number): string {
	if (stage === 'returned') return `Back after ${counted(days[end - 1] - days[end - 2], 'day')} without an order.`;
	if (stage === 'new' || stage === 'active' || stage === 'seasonal') return `Due after ${counted(round(lines.due), 'day')}.`;
	const line = stage === 'due' ? lines.due : stage === 'dormant' ? lines.dormant : lines.churned;
	if (stage === 'churned' && settings.by === 'gap' && line === model.p99) return `99 of 100 gaps in this shop last at most ${counted(model.p99, 'day')}.`;
	const times = settings.by === 'gap' ? `${(passed / lines.expected).toFixed(1)} times the expected gap; ` : '';
	return `${capital(`${times}${stage} after ${counted(round(line), 'day')}`)}.`;
}

const round = (value: number) => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
