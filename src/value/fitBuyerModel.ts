import { buyerLikelihood } from './buyerLikelihood';
import type { BuyerModel, Kind } from './buyerModel';
import { distinctRows, someRows, type Rows } from './distinctRows';
import { maximize } from './maximize';
import type { PurchaseHistory } from './purchaseHistory';

/** From so many rows on, a part of them shows first where the maximum is about. */
const ROWS_FIRST = 10_000;
/** Slopes of the mean log-likelihood that are level; for a part of the rows, which are not the whole, less will do. */
const FLAT = 1e-8;
const NEARLY_FLAT = 1e-5;
/** Of logarithms of parameters: nobody's history speaks for e^±16, a likelihood without a maximum runs there. */
const FARTHEST = 16;

/** The parameters that make a history most likely. */
export function fitBuyerModel(history: PurchaseHistory, kind: Kind): BuyerModel {
	return fitRows(distinctRows(history), kind);
}

/** Tries k = 1, 2, 3 ... as long as the likelihood grows: the regularity of the shop. @param mbgnbd the fit for k = 1, where it is known */
export function fitMostLikelyK(history: PurchaseHistory, mbgnbd?: BuyerModel, greatestK = 12): BuyerModel {
	const rows = distinctRows(history);
	let best = mbgnbd ?? fitRows(rows, { k: 1, dropoutAtZero: true });
	for (let k = 2; k <= greatestK; k++) {
		// k parts of a gap pass k times as fast.
		const near = [Math.log(best.r), Math.log((best.alpha * (k - 1)) / k), Math.log(best.a), Math.log(best.b)];
		const next = fitRows(rows, { k, dropoutAtZero: true }, near);
		if (next.logLikelihood <= best.logLikelihood) break;
		best = next;
	}
	return best;
}

function fitRows(rows: Rows, kind: Kind, near?: readonly number[]): BuyerModel {
	const some = rows.x.length > 2 * ROWS_FIRST ? someRows(rows, ROWS_FIRST) : rows;
	const typicalGap = Math.log(Math.max(1e-3, medianT(rows) / 4));
	const starts = near ? [near] : [[-0.5, typicalGap, -0.5, 0.5], [0, 0, 0, 0]];
	const first = starts.map((start) => maximize(meanOf(some, kind), start, some === rows ? FLAT : NEARLY_FLAT)).reduce((one, other) => (other.value > one.value ? other : one));
	const best = some === rows ? first : maximize(meanOf(rows, kind), first.at, FLAT, first.inverse);
	const [r, alpha, a, b] = best.at.map(Math.exp);
	return { ...kind, r, alpha, a, b, logLikelihood: best.value * rows.customers };
}

/** The mean log-likelihood over the logarithms of the parameters. */
function meanOf(rows: Rows, kind: Kind) {
	return (logs: readonly number[]) => {
		if (logs.some((log) => Math.abs(log) > FARTHEST)) return { value: Number.NEGATIVE_INFINITY, slope: [0, 0, 0, 0] };
		const [r, alpha, a, b] = logs.map(Math.exp);
		const { value, slope } = buyerLikelihood(rows, { ...kind, r, alpha, a, b });
		return { value: value / rows.customers, slope: [slope[0] * r, slope[1] * alpha, slope[2] * a, slope[3] * b].map((one) => one / rows.customers) };
	};
}

function medianT({ T, times, count, customers }: Rows): number {
	const byTime = new Float64Array(times.length);
	T.forEach((place, row) => (byTime[place] += count[row]));
	let below = 0;
	return times[byTime.findIndex((customersThen) => (below += customersThen) > customers / 2)] ?? 1;
}
