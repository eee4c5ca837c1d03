import { inSortedOrder } from '../core/inSortedOrder';
import type { FeatureFamily, ShopHistory } from '../features/contract';
import { numberColumns } from '../features/numberColumns';
import type { OrderDays } from '../features/orderDays';
import { fitWhole, round } from '../features/rounds';
import { joinedDays, type DaysOnly } from '../rhythm/daysOnly';
import { ownGaps } from '../rhythm/gapFacts';
import { gatherGaps, learnGaps, type GatheredGaps } from '../rhythm/shopGaps';
import { yearMarginE4 } from '../value/worthOf';
import { LIFECYCLE_DEFAULTS } from './defaults';
import type { LifecycleModel } from './model';
import { proposeCutOffs, sampleForProposal } from './proposal';
import type { LifecycleSettings } from './settings';
import { explainStage } from './stageInWords';
import { stageAt, stageLines, STAGES, type Stage, type StageAt, type StageLines } from './stages';

type LifecycleColumn = 'stage' | 'stage_since' | 'stage_pending' | 'stage_pending_since' | 'stage_check_at' | 'vip';

const DAY_MS = 86_400_000;
const VIP_DAYS = 365;
const LABELS = [null, ...STAGES];
const CODES = Object.fromEntries(STAGES.map((name, place) => [name, place + 1])) as Record<Stage, number>;

interface GatheredStages {
	gaps: GatheredGaps;
	left: Float64Array;
	/** What the proposal is learned from. */
	sample: DaysOnly;
}

const ROUNDS = [
	round({
		gather: (part, { day }, _settings: LifecycleSettings, { customers }): GatheredStages => ({ gaps: gatherGaps(part.orders, customers), left: leftOfYear(part, day), sample: sampleForProposal(part.orders, customers) }),
		learn(gathered: readonly GatheredStages[], _asOf, { vipShare }, { marginElsewhere, currency }): LifecycleModel {
			const { gap, p99, gaps } = learnGaps(gathered.map((part) => part.gaps));
			return { gap, p99, gaps, vipFromE4: vipCut(gathered.map(({ left }) => left), vipShare), currency, ...(marginElsewhere !== null && { byMargin: true }), proposal: proposeCutOffs(joinedDays(gathered.map(({ sample }) => sample)), gap) };
		},
	}),
];

/**
 * The stage each customer is in, and who is a VIP. Where the catalogue says of no product what is left of it, the margin of twelve
 * months is a share of the revenue that is the same for all, so that revenue says who is at the top.
 */
export const lifecycle: FeatureFamily<LifecycleModel, LifecycleSettings, LifecycleColumn> = {
	name: 'lifecycle',
	defaults: LIFECYCLE_DEFAULTS,
	columns: ['stage', 'stage_since', 'stage_pending', 'stage_pending_since', 'stage_check_at', 'vip'],

	fit: (history, asOf, settings) => fitWhole(ROUNDS, history, asOf, settings),
	rounds: ROUNDS,
	way: ({ currency, byMargin }) => `${currency} ${byMargin ? 'margin' : 'revenue'}`,
	// What the catalogue says of margins is not complete before all parts have been made.
	prepare: (history, { day }) => void (history.margins ?? yearWorthE4(history, day)),

	apply(model, history, asOf, settings) {
		const size = history.orders.numbers.length;
		const [since, pendingSince, checkAt, vip] = numberColumns(4, size);
		const found: Found = { stages: new Uint8Array(size), since, pending: new Uint8Array(size), pendingSince, checkAt };
		findStages(model, history.orders, asOf.at, settings, found);
		if (model.vipFromE4 !== null) markVips(yearWorthE4(history, asOf.day), history.orders.offsets, model.vipFromE4, vip);
		return { stage: { labels: LABELS, codes: found.stages }, stage_since: { numbers: since }, stage_pending: { labels: LABELS, codes: found.pending }, stage_pending_since: { numbers: pendingSince }, stage_check_at: { numbers: checkAt }, vip: { numbers: vip } };
	},

	explain: (model, { orders }, place, asOf, settings) => explainStage(model, settings, orders, place, asOf).reason,
};

/** By place. */
interface Found {
	stages: Uint8Array;
	since: Float64Array;
	pending: Uint8Array;
	pendingSince: Float64Array;
	checkAt: Float64Array;
}

function findStages(model: LifecycleModel, orders: OrderDays, now: number, settings: LifecycleSettings, into: Found): void {
	const { offsets, days, lastAt } = orders;
	const medians = ownGaps(orders);
	const holdMs = settings.holdDays * DAY_MS;
	const lines: StageLines = { kept: 'new', due: 0, dormant: 0, churned: 0, expected: 0 };
	const found: StageAt = { stage: 'lead', since: Number.NaN, pending: null, pendingSince: Number.NaN, checkAt: Number.NaN };
	for (let place = 0; place < medians.length; place++) {
		if (offsets[place] === offsets[place + 1]) {
			into.stages[place] = CODES.lead;
			into.since[place] = into.pendingSince[place] = into.checkAt[place] = Number.NaN;
			continue;
		}
		stageLines(days, offsets[place], offsets[place + 1], model, settings, lines, medians[place]);
		stageAt(lines, lastAt[place], now, holdMs, found);
		into.stages[place] = CODES[found.stage];
		into.since[place] = found.since;
		into.pending[place] = found.pending ? CODES[found.pending] : 0;
		into.pendingSince[place] = found.pendingSince;
		into.checkAt[place] = found.checkAt;
	}
}

function markVips(worth: Float64Array, offsets: Uint32Array, from: number, vip: Float64Array): void {
	for (let place = 0; place < vip.length; place++) if (worth[place] >= from && offsets[place] < offsets[place + 1]) vip[place] = 1;
}

/** What is left of the revenue of twelve months of each customer of whom anything is; all of it, where the catalogue says nothing. */
function leftOfYear(history: ShopHistory, day: number): Float64Array {
	const worth = yearWorthE4(history, day);
	const left = new Float64Array(worth.length);
	return left.subarray(0, putPositive(worth, left));
}

/** @returns how many there are */
function putPositive(values: Float64Array, into: Float64Array): number {
	let count = 0;
	for (let place = 0; place < values.length; place++) if (values[place] > 0) into[count++] = values[place];
	return count;
}

/** Of these the best ones' least; those who tie with it are VIPs too. */
function vipCut(parts: readonly Float64Array[], share: number): number | null {
	const payers = parts.reduce((sum, { length }) => sum + length, 0);
	const places = Math.floor(share * payers);
	return places === 0 ? null : inSortedOrder(parts, [payers - places])[0];
}

const known = new WeakMap<ShopHistory, { day: number; worth: Float64Array }>();

/** By place; computed once for a history: who learns from it computes from it. */
function yearWorthE4(history: ShopHistory, day: number): Float64Array {
	const before = known.get(history);
	if (before?.day === day) return before.worth;
	const worth = new Float64Array(history.orders.numbers.length);
	for (let place = 0; place < worth.length; place++) worth[place] = worthOfYear(history, place, day);
	known.set(history, { day, worth });
	return worth;
}

function worthOfYear({ orders: { offsets, days, netE4 }, margins }: ShopHistory, place: number, day: number): number {
	let sum = 0;
	for (let at = offsets[place + 1] - 1; at >= offsets[place] && days[at] > day - VIP_DAYS; at--) sum += netE4[at];
	return margins ? yearMarginE4(margins, place, sum) : sum;
}
