/**
 * What lifecycle stages are worth: the share of customers in each stage who order within the next 60 days, on public order
 * histories cut at several days. Over all days of a history it must fall from active to due, dormant and churned.
 *
 *   node scripts/run.mjs scripts/bench.mjs stages
 */
import { createRequire } from 'node:module';
import { promised, say } from './support/figures.mjs';
import { dateOf, dayOf, readHistory } from './support/orderHistories.mjs';

const require = createRequire(import.meta.url);
const { upTo, endOfDay } = require('../../dist/src/features/orderDays.js');
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

let kept = true;
for (const [name, cuts] of Object.entries(CUTS)) {
	const found = readHistory(name);
	if (!found) {
		say(`${name}: its file is not there; set CUSTOMER_JOURNEYS_DATA to the folder of the data sets. Skipped.`);
		continue;
	}
	const all = new Map(STAGES.map((stage) => [stage, { customers: 0, ordered: 0 }]));
	say(`\n${name}: ordered within ${AHEAD_DAYS} days, of customers in the stage`);
	for (const cut of cuts.map(dayOf)) {
		const shares = sharesAt(found.history, cut);
		for (const [stage, { customers, ordered }] of shares) {
			all.get(stage).customers += customers;
			all.get(stage).ordered += ordered;
		}
		say(`  ${dateOf(cut)}: ${STAGES.filter((stage) => shares.get(stage).customers > 0).map((stage) => `${stage} ${(shares.get(stage).share * 100).toFixed(1)} % of ${shares.get(stage).customers}`).join(', ')}${falls(shares) ? '' : '  <- does not fall'}`);
	}
	say(`  all days: ${FALLING.map((stage) => `${stage} ${((all.get(stage).ordered / all.get(stage).customers) * 100).toFixed(1)} %`).join(', ')}`);
	if (PROMISED.includes(name)) kept = falls(all) && kept;
}
promised('the share who order next falls from active to churned on Online Retail and Complete Journey', kept);
if (!kept) process.exitCode = 1;

function falls(shares) {
	const share = (stage) => shares.get(stage).ordered / shares.get(stage).customers;
	return FALLING.every((stage, place) => place === 0 || share(stage) < share(FALLING[place - 1]));
}

function sharesAt(history, cut) {
	const known = upTo(history, cut);
	const zone = ZoneClock.of('UTC');
	const instant = asOf(zone.startOfDay(cut + 1) - 1, zone);
	const settings = lifecycle.defaults;
	const shop = { orders: known, currency: null };
	const { stage } = lifecycle.apply(lifecycle.fit(shop, instant, settings), shop, instant, settings);
	const shares = new Map(STAGES.map((name) => [name, { customers: 0, ordered: 0, share: 0 }]));
	for (let place = 0; place < known.numbers.length; place++) {
		// Who came later was nobody yet.
		if (known.offsets[place] === known.offsets[place + 1]) continue;
		const one = shares.get(stage.labels[stage.codes[place]]);
		const next = endOfDay(history, place, cut);
		one.customers++;
		if (next < history.offsets[place + 1] && history.days[next] <= cut + AHEAD_DAYS) one.ordered++;
	}
	for (const one of shares.values()) one.share = one.ordered / one.customers;
	return shares;
}
