/**
 * What lifecycle stages are worth: the share of customers in each stage who order within the next 60 days, on public order
 * histories cut at several days. Over all days of a history it must fall from active to due, dormant and churned: by the stage
 * of the instant, and by the stage that is told, which time alone changes only when it has held three days. The stage that is told
 * passes over what lasts less long: whoever buys twice a week is due for a day or two, and so is never told to be. Where such
 * customers are many (Complete Journey), those who are told to be due are the less frequent ones, and at a single day no more of
 * them may come than of the dormant.
 *
 *   node scripts/run.mjs scripts/bench.mjs stages
 */
import { createRequire } from 'node:module';
import { promised, say } from './support/figures.mjs';
import { dateOf, dayOf, readHistory, upTo } from './support/orderHistories.mjs';

const require = createRequire(import.meta.url);
const { endOfDay } = require('../../dist/src/features/orderDays.js');
const { asOf } = require('../../dist/src/features/contract.js');
const { ZoneClock } = require('../../dist/src/policy/zoneClock.js');
const { lifecycle } = require('../../dist/src/lifecycle/lifecycle.js');
const { STAGES } = require('../../dist/src/lifecycle/stages.js');

const AHEAD_DAYS = 60;
const FALLING = ['active', 'due', 'dormant', 'churned'];
const CUTS = {
	'Online Retail': ['2011-06-01', '2011-07-01', '2011-08-01', '2011-09-01', '2011-10-01'],
	'Complete Journey': ['2017-05-31', '2017-06-30', '2017-07-31', '2017-08-31', '2017-09-30', '2017-10-31'],
	'grocery-online': ['2006-09-30', '2006-12-31', '2007-03-31', '2007-06-30', '2007-09-30'],
};
const PROMISED = ['Online Retail', 'Complete Journey'];

let [kept, measured] = [true, 0];
for (const [name, cuts] of Object.entries(CUTS)) {
	const found = readHistory(name);
	if (!found) {
		say(`${name}: its file is not there; set CUSTOMER_JOURNEYS_DATA to the folder of the data sets. Skipped.`);
		continue;
	}
	const [all, told] = [none(), none()];
	say(`\n${name}: ordered within ${AHEAD_DAYS} days, of customers in the stage`);
	for (const cut of cuts.map(dayOf)) {
		const { now, asTold } = sharesAt(found.history, cut);
		add(now, all);
		add(asTold, told);
		say(`  ${dateOf(cut)}: ${STAGES.filter((stage) => now.get(stage).customers > 0).map((stage) => `${stage} ${percent(now.get(stage))} of ${now.get(stage).customers}`).join(', ')}${against(now)}${falls(asTold) ? '' : `  (as told: ${FALLING.map((stage) => percent(asTold.get(stage))).join(', ')})`}`);
	}
	say(`  all days: ${FALLING.map((stage) => `${stage} ${percent(all.get(stage))}`).join(', ')}; as told: ${FALLING.map((stage) => `${stage} ${percent(told.get(stage))}`).join(', ')}`);
	if (!PROMISED.includes(name)) continue;
	measured++;
	kept = falls(all) && falls(told) && kept;
}
// What was skipped keeps no promise.
if (measured === PROMISED.length) promised('the share who order next falls from active to churned on Online Retail and Complete Journey', kept);
else say('The promise needs both data sets: nothing is said of it.');
if (!kept) process.exitCode = 1;

function none() {
	return new Map(STAGES.map((stage) => [stage, { customers: 0, ordered: 0 }]));
}

function add(shares, to) {
	for (const [stage, { customers, ordered }] of shares) {
		to.get(stage).customers += customers;
		to.get(stage).ordered += ordered;
	}
}

function shareOf({ ordered, customers }) {
	return ordered / customers;
}

function percent(one) {
	return `${(shareOf(one) * 100).toFixed(1)} %`;
}

function rises(shares) {
	return FALLING.slice(1).flatMap((stage, place) => (shareOf(shares.get(stage)) < shareOf(shares.get(FALLING[place])) ? [] : [[shares.get(FALLING[place]), shares.get(stage)]]));
}

function falls(shares) {
	return rises(shares).length === 0;
}

/** How far a single day is from falling, in standard errors of the difference. */
function against(shares) {
	return rises(shares).map(([one, next]) => `  <- does not fall, by ${((shareOf(next) - shareOf(one)) / Math.sqrt([one, next].reduce((sum, each) => sum + (shareOf(each) * (1 - shareOf(each))) / each.customers, 0))).toFixed(1)} standard errors`).join('');
}

function sharesAt(history, cut) {
	const known = upTo(history, cut);
	const zone = ZoneClock.of('UTC');
	const instant = asOf(zone.startOfDay(cut + 1) - 1, zone);
	const settings = lifecycle.defaults;
	const shop = { orders: known, currency: null };
	const { stage, stage_pending: begun } = lifecycle.apply(lifecycle.fit(shop, instant, settings), shop, instant, settings);
	const [now, asTold] = [none(), none()];
	for (let place = 0; place < known.numbers.length; place++) {
		// Who came later was nobody yet.
		if (known.offsets[place] === known.offsets[place + 1]) continue;
		const told = stage.labels[stage.codes[place]];
		const next = endOfDay(history, place, cut);
		const ordered = next < history.offsets[place + 1] && history.days[next] <= cut + AHEAD_DAYS;
		for (const one of [now.get(begun.labels[begun.codes[place]] ?? told), asTold.get(told)]) {
			one.customers++;
			if (ordered) one.ordered++;
		}
	}
	return { now, asTold };
}
