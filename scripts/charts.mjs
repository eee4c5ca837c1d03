/**
 * Draws the charts of docs/lifecycle.md, docs/rhythm.md, docs/value.md and docs/lead-score.md from what the code really says of the customers shown there:
 *
 *   node scripts/run.mjs scripts/charts.mjs
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './paths.mjs';

const require = createRequire(import.meta.url);
const { stageAt, stageLines } = require('../dist/src/lifecycle/stages.js');
const { LIFECYCLE_DEFAULTS } = require('../dist/src/lifecycle/defaults.js');
const { patterns } = require('../dist/src/rhythm/rhythm.js');
const { expectedGap } = require('../dist/src/rhythm/gapFacts.js');
const { earn, nothingEarned, scoreAt } = require('../dist/src/scoring/points.js');
const { DEFAULT_RULES } = require('../dist/src/scoring/rules.js');
const { pAlive } = require('../dist/src/value/buyerModel.js');

const DAY_MS = 86_400_000;
const SHOP = { gap: 40, p90: 110, p99: 260, gaps: 5_000, k: 1.2 };
const COLOURS = { lead: '#C9CFDB', new: '#8FB8DE', active: '#4C956C', returned: '#2A7F9E', seasonal: '#7A6FB0', due: '#F2C14E', dormant: '#E88D4F', churned: '#B23A48' };
const WIDTH = 760;

/** Anna of the worked example: every four weeks, then nothing, then back. */
const ANNA = [0, 27, 55, 84, 111, 290, 318];
/** One customer for each rhythm: order days of two years. */
const CUSTOMERS = [
	['Coffee every month', [0, 31, 60, 92, 121, 152, 182, 213, 243, 275, 304, 335, 365, 396, 426, 457, 488, 518, 549, 580, 610, 641, 671, 702]],
	['Toys in bursts', [0, 3, 5, 170, 172, 177, 395, 399, 402, 610, 612]],
	['A sofa now and then', [0, 70, 395, 640]],
	['Gifts before Christmas', [320, 334, 341, 686, 702, 709]],
	['Books when it fits', [0, 10, 90, 100, 250, 290, 300, 425, 520, 540, 660, 700]],
	['Two orders so far', [560, 640]],
];

/** MBG/NBD as published for the music shop CDNOW (Platzer & Reutterer 2016), its unit turned from weeks into days. */
const MUSIC_SHOP = { k: 1, dropoutAtZero: true, r: 0.525, alpha: 6.183 * 7, a: 0.891, b: 1.614 };
/** Of the worked example: one who comes every four weeks, one who comes now and then, one who came once. */
const BUYERS = [
	['Anna', '#2A7F9E', [0, 28, 57, 85, 112, 140, 169, 197]],
	['Ben', '#4C956C', [0, 80, 190]],
	['Cleo', '#B23A48', [120]],
];
/** What the lead of the worked example did, by days from 1 February; her phone is known. */
const LEAD = { deeds: [['demo_requested', 1], ['message_opened', 19], ['message_opened', 19], ['message_clicked', 19], ['product_viewed', 33], ['message_clicked', 33]], facts: 5 };

writeFileSync(path.join(root, 'docs', 'pictures', 'lifecycle.svg'), lifecycleChart());
writeFileSync(path.join(root, 'docs', 'pictures', 'rhythm.svg'), rhythmChart());
writeFileSync(path.join(root, 'docs', 'pictures', 'value.svg'), valueChart());
writeFileSync(path.join(root, 'docs', 'pictures', 'lead-score.svg'), leadChart());
process.stdout.write('Drew lifecycle.svg, rhythm.svg, value.svg and lead-score.svg in docs/pictures.\n');

function lifecycleChart() {
	const last = 420;
	const x = (day) => 20 + (day / last) * (WIDTH - 40);
	const spans = [];
	const [lines, found] = [{}, {}];
	for (let day = 0; day < last; day++) {
		const known = ANNA.filter((one) => one <= day);
		stageLines(Int32Array.from(known), 0, known.length, SHOP, LIFECYCLE_DEFAULTS, lines);
		stageAt(lines, known.at(-1) * DAY_MS, day * DAY_MS, LIFECYCLE_DEFAULTS.holdDays * DAY_MS, found);
		const span = spans.at(-1);
		if (span?.stage === found.stage) span.until = day + 1;
		else spans.push({ stage: found.stage, from: day, until: day + 1 });
	}
	const bands = spans.map(({ stage, from, until }) => {
		const wide = x(until) - x(from);
		const name = wide > 50 ? `<text x="${round(x(from) + wide / 2)}" y="62" text-anchor="middle" fill="#FFFFFF">${stage}</text>` : '';
		return `<rect x="${round(x(from))}" y="40" width="${round(wide)}" height="36" fill="${COLOURS[stage]}"><title>${stage}, day ${from} to ${until}</title></rect>${name}`;
	});
	const orders = ANNA.map((day) => `<circle cx="${round(x(day))}" cy="26" r="6" fill="#E4572E"><title>order on day ${day}</title></circle>`);
	const days = [0, 60, 120, 180, 240, 300, 360, 420].map((day) => `<text x="${round(x(day))}" y="96" text-anchor="middle" fill="#5B6472">${day}</text>`);
	return svg(128, 'Orders of one customer and the stage on every day', [...bands, ...orders, ...days, `<text x="20" y="118" fill="#5B6472">Days; dots are orders. ${spans.map(({ stage }) => stage).join(', ')}.</text>`]);
}

function rhythmChart() {
	const last = 730;
	const x = (day) => 230 + (day / last) * (WIDTH - 360);
	const rhythmOf = patterns(SHOP);
	const rows = CUSTOMERS.flatMap(([name, given], row) => {
		const days = Int32Array.from(given);
		const rhythm = rhythmOf(days, 0, days.length, last, expectedGap(days, 0, days.length, SHOP.gap));
		const y = 30 + row * 34;
		return [`<text x="20" y="${y + 5}" fill="#2B3A55">${name}</text>`, `<line x1="${x(0)}" x2="${x(last)}" y1="${y}" y2="${y}" stroke="#D5DAE3" stroke-width="2"/>`, ...given.map((day) => `<circle cx="${round(x(day))}" cy="${y}" r="5" fill="#E4572E"/>`), `<text x="${x(last) + 14}" y="${y + 5}" fill="#2B3A55" font-weight="bold">${rhythm.replace('_', ' ')}</text>`];
	});
	return svg(30 + CUSTOMERS.length * 34 + 20, 'Order days of six customers over two years, and their rhythms', [...rows, `<text x="${x(0)}" y="${30 + CUSTOMERS.length * 34 + 8}" fill="#5B6472">two years</text>`]);
}

function valueChart() {
	const [last, top, bottom] = [365, 30, 250];
	const x = (day) => 60 + (day / last) * (WIDTH - 170);
	const y = (share) => bottom - share * (bottom - top);
	const grid = [0, 0.5, 1].map((share) => `<line x1="${x(0)}" x2="${x(last)}" y1="${y(share)}" y2="${y(share)}" stroke="#D5DAE3"/><text x="50" y="${y(share) + 5}" text-anchor="end" fill="#5B6472">${share * 100} %</text>`);
	const days = [0, 60, 120, 180, 240, 300, 360].map((day) => `<text x="${round(x(day))}" y="${bottom + 22}" text-anchor="middle" fill="#5B6472">${day}</text>`);
	const curves = BUYERS.map(([name, colour, orders]) => {
		const alive = (day) => {
			const known = orders.filter((one) => one <= day);
			return pAlive(MUSIC_SHOP, known.length - 1, known.at(-1) - known[0], day - known[0]);
		};
		const points = Array.from({ length: last - orders[0] + 1 }, (_, place) => orders[0] + place).map((day) => `${round(x(day))},${round(y(alive(day)))}`);
		const dots = orders.map((day) => `<circle cx="${round(x(day))}" cy="${round(y(alive(day)))}" r="4" fill="${colour}"><title>${name} orders on day ${day}</title></circle>`);
		return [`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots, `<text x="${x(last) + 8}" y="${round(y(alive(last)) + 5)}" fill="${colour}" font-weight="bold">${name}, ${Math.round(alive(last) * 100)} %</text>`].join('\n');
	});
	return svg(bottom + 56, 'How likely three customers still buy, on every day of a year', [...grid, ...days, ...curves, `<text x="20" y="${bottom + 46}" fill="#5B6472">Days; dots are orders.</text>`]);
}

function leadChart() {
	const [last, top, bottom, most] = [150, 20, 240, 65];
	const x = (day) => 50 + (day / last) * (WIDTH - 120);
	const y = (points) => bottom - (points / most) * (bottom - top);
	const deeds = LEAD.deeds.map(([type, day]) => ({ type, at: day * DAY_MS, properties: {} }));
	const score = (day) => scoreAt(DEFAULT_RULES, earn(DEFAULT_RULES, nothingEarned(DEFAULT_RULES, day * DAY_MS), deeds), LEAD.facts, day * DAY_MS);
	const levels = [['cold', 0, DEFAULT_RULES.mql, '#EEF1F6'], ['warm', DEFAULT_RULES.mql, DEFAULT_RULES.sql, '#FBEFCB'], ['hot', DEFAULT_RULES.sql, most, '#F9D9CC']];
	const bands = levels.map(([name, from, to, colour]) => `<rect x="${x(0)}" y="${round(y(to))}" width="${x(last) - x(0)}" height="${round(y(from) - y(to))}" fill="${colour}"/><text x="${x(last) + 10}" y="${round(y((from + to) / 2) + 5)}" fill="#2B3A55" font-weight="bold">${name}</text><text x="42" y="${round(y(from) + 5)}" text-anchor="end" fill="#5B6472">${from}</text>`);
	const steps = Array.from({ length: last * 4 + 1 }, (_, quarter) => quarter / 4);
	const line = `<polyline points="${steps.map((day) => `${round(x(day))},${round(y(score(day)))}`).join(' ')}" fill="none" stroke="#E4572E" stroke-width="2"/>`;
	const dots = [...new Set(LEAD.deeds.map(([, day]) => day))].map((day) => `<circle cx="${round(x(day))}" cy="${round(y(score(day)))}" r="5" fill="#E4572E"><title>${LEAD.deeds.filter(([, on]) => on === day).map(([type]) => type.replace('_', ' ')).join(', ')}</title></circle>`);
	const months = ['February', 'March', 'April', 'May', 'June'].map((name, month) => `<text x="${round(x([0, 28, 59, 89, 120][month]))}" y="${bottom + 22}" fill="#5B6472">${name}</text>`);
	return svg(bottom + 36, 'The points of one lead from February to June', [...bands, line, ...dots, ...months]);
}

function svg(height, title, parts) {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13" role="img">\n<title>${title}</title>\n<rect width="${WIDTH}" height="${height}" fill="#FFFFFF"/>\n${parts.join('\n')}\n</svg>\n`;
}

function round(value) {
	return Math.round(value * 10) / 10;
}
