import type { Baskets } from '../baskets';
import type { Pairs } from '../pairs';
import type { GroupShare, Sequence } from '../sequences';
import type { Steps } from '../steps';
import type { Together } from '../together';

/** A pair of products as the page shows it. */
export interface PairCard {
	kind: 'together' | 'later';
	from: string;
	to: string;
	/** Customers (later) or orders (together) that hold the pair. */
	count: number;
	/** Of those with the first product, the share with the second too. */
	share: number;
	adjustedLift: number;
	lift: number;
	qValue: number;
	/** Days from the first product to the second; only for `later`. */
	gap?: GapCurve;
	/** Share by the time of the first product; null: nobody bought it then. `open`: some may still come back. */
	periods: PeriodShare[];
	groups?: GroupShare[];
	messageShare?: number;
}

export interface PeriodShare {
	label: string;
	share: number | null;
	open?: boolean;
}

export interface GapCurve {
	/** Customers by gap: place n holds the days from `n * binDays` on. */
	bins: number[];
	binDays: number;
	p25: number;
	p50: number;
	p75: number;
	/** Quartiles are those of the gaps beyond chance; else of all gaps. */
	beyondChance: boolean;
}

const DAY_MS = 86_400_000;
const MONTH_DAYS = 365.25 / 12;
const BINS = 30;

/** Cards of delayed pairs, in the order given. @param sequences described from these pairs */
export function laterCards(steps: Steps, pairs: Pairs, sequences: readonly Sequence[], nameOf: (product: string) => string): PairCard[] {
	const placeOf = new Map<string, number>();
	for (let pair = 0; pair < pairs.from.length; pair++) placeOf.set(`${steps.names[pairs.from[pair]]}\0${steps.names[pairs.to[pair]]}`, pair);
	const firstDay = steps.orderDays.reduce((least, day) => Math.min(least, day), steps.lastDay);
	return sequences.map((sequence) => {
		const pair = placeOf.get(`${sequence.from}\0${sequence.to}`) as number;
		const [start, end] = [pairs.offsets[pair], pairs.offsets[pair + 1]];
		const periodDays = MONTH_DAYS * (sequence.stability.period === 'quarter' ? 3 : 1);
		const followers = Array.from(pairs.followUpDays.subarray(start, end), (days) => Math.floor((steps.lastDay - days - firstDay) / periodDays));
		const buyers = firstBuyers(steps, pairs.from[pair]).map((day) => Math.floor((day - firstDay) / periodDays));
		const curve = curveOf(pairs.gapDays.subarray(start, end), sequence);
		return {
			kind: 'later',
			from: nameOf(sequence.from),
			to: nameOf(sequence.to),
			count: sequence.customers,
			share: sequence.confidence,
			adjustedLift: sequence.adjustedLift,
			lift: sequence.lift,
			qValue: sequence.qValue,
			gap: curve,
			periods: byPeriod(followers, buyers, Math.floor((steps.lastDay - firstDay) / periodDays) + 1, (period) => monthOf((firstDay + Math.round(period * periodDays)) * DAY_MS)).map((one, period) => ({ ...one, open: firstDay + (period + 1) * periodDays + curve.p75 > steps.lastDay })),
			groups: sequence.groups,
			messageShare: sequence.messageShare,
		};
	});
}

/** Cards of pairs bought together. @param orderedAt of each basket; absent: baskets without a date */
export function togetherCards(baskets: Baskets, found: readonly Together[], nameOf: (product: string) => string, orderedAt?: Float64Array): PairCard[] {
	const holding = basketsOf(baskets, new Set(found.flatMap(({ items }) => items)));
	const first = orderedAt?.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY) ?? 0;
	const last = orderedAt?.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY) ?? 0;
	const periodOf = (basket: number) => Math.floor(((orderedAt as Float64Array)[basket] - first) / (MONTH_DAYS * DAY_MS));
	return found.map(({ items, count, adjustedLift, lift, qValue }) => {
		// The rarer product stands first: who buys it is the likelier to take the other.
		const [from, to] = [...items].sort((a, b) => size(holding, a) - size(holding, b) || (a < b ? -1 : 1));
		const others = new Set(holding.get(to));
		const own = holding.get(from) ?? [];
		const periods = orderedAt
			? byPeriod(own.filter((basket) => others.has(basket)).map(periodOf), own.map(periodOf), Math.floor((last - first) / (MONTH_DAYS * DAY_MS)) + 1, (period) => monthOf(first + period * MONTH_DAYS * DAY_MS))
			: [];
		return { kind: 'together', from: nameOf(from), to: nameOf(to), count, share: count / Math.max(1, own.length), adjustedLift, lift, qValue, periods };
	});
}

const size = (holding: ReadonlyMap<string, number[]>, product: string) => holding.get(product)?.length ?? 0;

function basketsOf({ names, offsets, items }: Baskets, wanted: ReadonlySet<string>): Map<string, number[]> {
	const holding = new Map<string, number[]>();
	for (const name of wanted) holding.set(name, []);
	const rows = names.map((name) => holding.get(name));
	for (let basket = 0; basket + 1 < offsets.length; basket++) for (let place = offsets[basket]; place < offsets[basket + 1]; place++) rows[items[place]]?.push(basket);
	return holding;
}

/** Days of the first purchase of a product, of all who bought it. */
function firstBuyers({ offsets, products, days }: Steps, product: number): number[] {
	const found: number[] = [];
	for (let customer = 0; customer + 1 < offsets.length; customer++) {
		for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) {
			if (products[entry] !== product) continue;
			found.push(days[entry]);
			break;
		}
	}
	return found;
}

function curveOf(gaps: Uint16Array, { linkedGapDays, gapDays }: Sequence): GapCurve {
	const longest = gaps.reduce((most, gap) => Math.max(most, gap), 1);
	const binDays = Math.max(1, Math.ceil((longest + 1) / BINS));
	const bins = new Array<number>(Math.ceil((longest + 1) / binDays)).fill(0);
	for (const gap of gaps) bins[Math.floor(gap / binDays)]++;
	const { p25, p50, p75 } = linkedGapDays ?? gapDays;
	return { bins, binDays, p25, p50, p75, beyondChance: linkedGapDays !== null };
}

function byPeriod(having: readonly number[], all: readonly number[], periods: number, labelOf: (period: number) => string): PeriodShare[] {
	const [counts, totals] = [new Uint32Array(periods), new Uint32Array(periods)];
	for (const period of having) counts[period]++;
	for (const period of all) totals[period]++;
	return Array.from(totals, (total, period) => ({ label: labelOf(period), share: total === 0 ? null : counts[period] / total }));
}

function monthOf(ms: number): string {
	return new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(ms);
}
