import { inSortedOrder } from '../core/inSortedOrder';
import type { FeatureFamily, ShopHistory } from '../features/contract';
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
		learn(gathered: readonly GatheredStages[], _asOf, { vipShare }, { marginElsewhere }): LifecycleModel {
			const { gap, p99, gaps } = learnGaps(gathered.map((part) => part.gaps));
			return { gap, p99, gaps, vipFromE4: vipCut(gathered.map(({ left }) => left), vipShare), ...(marginElsewhere !== null && { byMargin: true }), proposal: proposeCutOffs(joinedDays(gathered.map(({ sample }) => sample)), gap) };
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

	apply(model, history, asOf, settings) {
		const { orders } = history;
		const { numbers, offsets, days, lastAt } = orders;
		const size = numbers.length;
		const column = () => ({ numbers: new Float64Array(size).fill(Number.NaN) });
		const [since, pendingSince, checkAt, vip] = [column(), column(), column(), { numbers: new Float64Array(size) }];
		const [stages, pending] = [new Uint8Array(size), new Uint8Array(size)];
		const medians = ownGaps(orders);
		const lines: StageLines = { kept: 'new', due: 0, dormant: 0, churned: 0, expected: 0 };
		const found: StageAt = { stage: 'lead', since: 0, pending: null, pendingSince: 0, checkAt: 0 };
		for (let place = 0; place < size; place++) {
			const [from, end] = [offsets[place], offsets[place + 1]];
			if (from === end) {
				stages[place] = CODES.lead;
				continue;
			}
			stageLines(days, from, end, model, settings, lines, medians[place]);
			stageAt(lines, lastAt[place], asOf.at, settings.holdDays * DAY_MS, found);
			stages[place] = CODES[found.stage];
			since.numbers[place] = found.since;
			if (found.pending) pending[place] = CODES[found.pending];
			pendingSince.numbers[place] = found.pendingSince;
			checkAt.numbers[place] = found.checkAt;
			if (model.vipFromE4 !== null) vip.numbers[place] = yearWorthE4(history, place, asOf.day) >= model.vipFromE4 ? 1 : 0;
		}
		return { stage: { labels: LABELS, codes: stages }, stage_since: since, stage_pending: { labels: LABELS, codes: pending }, stage_pending_since: pendingSince, stage_check_at: checkAt, vip };
	},

	explain: (model, { orders }, place, asOf, settings) => explainStage(model, settings, orders, place, asOf).reason,
};

/** What is left of the revenue of twelve months of each customer of whom anything is; all of it, where the catalogue says nothing. */
function leftOfYear(history: ShopHistory, day: number): Float64Array {
	const size = history.orders.numbers.length;
	const left = new Float64Array(size);
	let payers = 0;
	for (let place = 0; place < size; place++) {
		const worth = yearWorthE4(history, place, day);
		if (worth > 0) left[payers++] = worth;
	}
	return left.subarray(0, payers);
}

/** Of these the best ones' least; those who tie with it are VIPs too. */
function vipCut(parts: readonly Float64Array[], share: number): number | null {
	const payers = parts.reduce((sum, { length }) => sum + length, 0);
	const places = Math.floor(share * payers);
	return places === 0 ? null : inSortedOrder(parts, [payers - places])[0];
}

function yearWorthE4({ orders: { offsets, days, netE4 }, margins }: ShopHistory, place: number, day: number): number {
	let sum = 0;
	for (let at = offsets[place + 1] - 1; at >= offsets[place] && days[at] > day - VIP_DAYS; at--) sum += netE4[at];
	return margins ? yearMarginE4(margins, place, sum) : sum;
}
