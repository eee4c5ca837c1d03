/**
 * How well the next purchase is predicted: the past is cut at a day, every customer with at least four order days before it is
 * given P25, P50 and P75 of the days to the next order, and what came after says how good they were. Who did not come back by
 * the end of the file is still awaited, so a prediction beyond the end costs as much as the end (Powell 1986).
 *
 *   node scripts/run.mjs scripts/bench.mjs nextPurchase [--resamples 2000]
 *
 * Against: the best constant of the very customers that are predicted, known in hindsight; and quantiles of the customer's own
 * gaps longer than what has passed, with that constant for who has none. Intervals: 95 %, customers drawn anew.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { promised, say } from './support/figures.mjs';
import { mean, ownLongerGaps, pinball, quantile, QUARTERS } from './support/heldOut.mjs';
import { dateOf, dayOf, HISTORIES, readHistory, seeded, upTo } from './support/orderHistories.mjs';

const require = createRequire(import.meta.url);
const { endOfDay } = require('../../dist/src/features/orderDays.js');
const { comeTrue } = require('../../dist/src/rhythm/calibration.js');
const { fitNextPurchase, predictor, nextPurchase } = require('../../dist/src/rhythm/nextPurchase.js');
const { riskUntil, Standing } = require('../../dist/src/rhythm/returnModel.js');

const { values } = parseArgs({ options: { resamples: { type: 'string', default: '2000' } } });
const RESAMPLES = Number(values.resamples);
const FEWEST_ORDER_DAYS = 4;
const SHOPS = ['Online Retail', 'grocery-online'];

let [kept, measured] = [true, 0];
for (const name of SHOPS) {
	const found = readHistory(name);
	if (!found) {
		say(`${name}: needs ${HISTORIES[name].file}; set CUSTOMER_JOURNEYS_DATA to the folder of the data sets. Skipped.`);
		continue;
	}
	const { cut, rolling } = HISTORIES[name];
	measured++;
	for (const day of [cut, ...rolling].sort().map(dayOf)) kept = evaluate(name, found, day) && kept;
}
// What was skipped keeps no promise.
if (measured === SHOPS.length) promised('better than the best constant and than own longer gaps at P25, P50, P75 and in order, interval above 0; P25 to P75 covers 45-55 %', kept);
else say('The promise needs all data sets: nothing is said of it.');
if (!kept) process.exitCode = 1;

function evaluate(name, { history, lastDay }, cut) {
	const model = fitNextPurchase(upTo(history, cut), cut);
	const customers = predictions(history, model, cut, lastDay);
	const horizon = lastDay - cut;
	const constants = QUARTERS.map((quarter) => quantile(customers.map(({ after }) => after), quarter));
	const rivals = { constant: () => constants, 'own longer gaps': ({ own }) => own ?? constants };
	say(`\n${name}, cut ${dateOf(cut)}, seen until ${dateOf(lastDay)}: ${customers.length} customers, ${customers.filter(({ ordered }) => ordered).length} came back`);
	let kept = true;
	QUARTERS.forEach((quarter, place) => {
		const loss = (after, predicted) => pinball(quarter, after, Math.min(horizon, Number.isNaN(predicted) ? Number.POSITIVE_INFINITY : predicted));
		const ours = customers.map(({ after, next }) => loss(after, next[place]));
		for (const [rival, of] of Object.entries(rivals)) {
			const theirs = customers.map((customer) => loss(customer.after, of(customer)[place]));
			const gained = theirs.map((one, index) => one - ours[index]);
			const [low, high] = interval(gained);
			kept = low > 0 && kept;
			say(`  pinball P${quarter * 100}: ${mean(ours).toFixed(2)} days, ${rival} ${mean(theirs).toFixed(2)}; gained ${mean(gained).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]${low > 0 ? '' : '  <- not above 0'}`);
		}
	});
	const order = concordances(customers, [({ score }) => score, ({ own }) => (own ?? constants)[1]]);
	const [low, high] = order.interval;
	kept = low > 0 && order.values[0] > 0.5 && kept;
	say(`  concordance: ${order.values[0].toFixed(3)}, constant 0.500, own longer gaps ${order.values[1].toFixed(3)}; gained ${(order.values[0] - order.values[1]).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]${low > 0 ? '' : '  <- not above 0'}`);
	const told = comeTrue(customers.map(({ at, ordered }) => ({ at, ordered })));
	const [early, , late] = model.calibration.levels;
	const covered = told.below(late) - told.below(early);
	const right = covered >= 0.45 && covered <= 0.55;
	kept = right && kept;
	say(`  P25-P75 covers ${(covered * 100).toFixed(1)} %${right ? '' : '  <- not 45-55 %'} (before P25 ${(told.below(early) * 100).toFixed(1)} %, before P75 ${(told.below(late) * 100).toFixed(1)} %; awaited ones by Kaplan-Meier)`);
	const expectedBack = mean(customers.map(({ byEnd }) => byEnd));
	say(`  back by the end: expected ${(expectedBack * 100).toFixed(1)} %, came ${(mean(customers.map(({ ordered }) => Number(ordered))) * 100).toFixed(1)} %`);
	return kept;
}

/** What is predicted for each customer, what the own gaps say, and what came. */
function predictions(history, model, cut, lastDay) {
	const predict = predictor(model, nextPurchase.defaults);
	const standing = new Standing(model);
	const next = {};
	const found = [];
	for (let place = 0; place < history.numbers.length; place++) {
		const [from, end] = [history.offsets[place], endOfDay(history, place, cut)];
		if (end - from < FEWEST_ORDER_DAYS) continue;
		predict(history.days, from, end, cut, next);
		standing.place(history.days, from, end, cut);
		const ordered = end < history.offsets[place + 1];
		const after = (ordered ? history.days[end] : lastDay) - cut;
		found.push({
			next: [next.from, next.at, next.until],
			// What orders customers must not tie at "not within the horizon".
			score: standing.daysUntilRisk(riskUntil(0.3)),
			own: ownLongerGaps(history.days.subarray(from, end), cut),
			after,
			ordered,
			at: ordered ? (standing.within(after - 1) + standing.within(after)) / 2 : standing.within(after),
			byEnd: standing.within(lastDay - cut),
		});
	}
	return found;
}

function interval(gained) {
	const random = seeded(20_261_121);
	const means = Array.from({ length: RESAMPLES }, () => {
		let sum = 0;
		for (let drawn = 0; drawn < gained.length; drawn++) sum += gained[Math.floor(random() * gained.length)];
		return sum / gained.length;
	});
	return [quantile(means, 0.025), quantile(means, 0.975)];
}

/** Harrell's C: of the pairs whose order is known, the share told right. The interval is of the difference of the two scores. */
function concordances(customers, scores) {
	const [ours, theirs] = scores.map((score) => customers.map(score));
	const size = customers.length;
	const [right, wrong, known] = [new Int8Array(size * size), new Int8Array(size * size), new Uint8Array(size * size)];
	const told = (all, a, b) => Math.sign(all[b] - all[a]);
	for (let a = 0; a < size; a++) {
		for (let b = 0; b < size; b++) {
			const [one, other] = [customers[a], customers[b]];
			if (a === b || !one.ordered || !(one.after < other.after || (one.after === other.after && !other.ordered))) continue;
			known[a * size + b] = 1;
			right[a * size + b] = told(ours, a, b);
			wrong[a * size + b] = told(theirs, a, b);
		}
	}
	const random = seeded(20_261_122);
	const share = (weights) => {
		let [pairs, own, rival] = [0, 0, 0];
		for (let a = 0; a < size; a++) {
			if (weights[a] === 0) continue;
			for (let b = 0, at = a * size; b < size; b++, at++) {
				if (known[at] === 0 || weights[b] === 0) continue;
				const weight = weights[a] * weights[b];
				pairs += weight;
				own += weight * right[at];
				rival += weight * wrong[at];
			}
		}
		return [0.5 + own / pairs / 2, 0.5 + rival / pairs / 2];
	};
	const differences = Array.from({ length: Math.min(400, RESAMPLES) }, () => {
		const weights = new Uint16Array(size);
		for (let drawn = 0; drawn < size; drawn++) weights[Math.floor(random() * size)]++;
		const [own, rival] = share(weights);
		return own - rival;
	});
	return { values: share(new Uint16Array(size).fill(1)), interval: [quantile(differences, 0.025), quantile(differences, 0.975)] };
}
