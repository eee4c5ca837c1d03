/**
 * How fast the purchase models are fitted and applied, against the Python package lifetimes.
 *
 *   node scripts/run.mjs scripts/bench.mjs value [--customers 1000000]
 *
 * lifetimes is asked where `python3` (or what PYTHON names) has it. Where it is missing, but autograd and scipy are there, which
 * it is made of, its likelihood and its optimiser stand in for it: the line says which of the two it was. Both sides get the same
 * customers as columns, of the same invented shop.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { number, promised, say } from './support/figures.mjs';

const require = createRequire(import.meta.url);
const { fitBuyerModel } = require('../../dist/src/value/fitBuyerModel.js');
const { purchaseHistory } = require('../../dist/src/value/purchaseHistory.js');
const { fitValue, applyValue } = require('../../dist/src/value/valueFamily.js');
const { WORTH_DEFAULTS } = require('../../dist/src/value/worthDefaults.js');

const { values } = parseArgs({ options: { customers: { type: 'string', default: '1000000' } } });
const customers = Number(values.customers);
const END = 20_400;

const shop = invent(customers);
say(`${number(customers)} customers, ${number(shop.days.length)} days with orders.`);
const { history } = purchaseHistory(shop.offsets, shop.days, END, 1);
const bgnbd = { k: 1, dropoutAtZero: false };
const fit = timed(() => fitBuyerModel(history, bgnbd));
say(`BG/NBD: ${seconds(fit)} to fit; log-likelihood ${fit.result.logLikelihood.toFixed(2)}.`);
const asOf = { day: END, at: END * 86_400_000 };
const family = timed(() => fitValue({ orders: shop, currency: 'EUR' }, asOf, WORTH_DEFAULTS));
say(`All of the value family (k = ${family.result.buyer.k}, Gamma-Gamma, tiers): ${seconds(family)} to fit.`);
const applied = timed(() => applyValue(family.result, { orders: shop, currency: 'EUR' }, asOf, WORTH_DEFAULTS));
say(`P(alive), orders of a year, lifetime value, tier and margin of all: ${seconds(applied)}.`);
promised('scoring of a million customers within 0.5 s', applied.seconds <= 0.5 * (customers / 1e6));
python();

function python() {
	const folder = mkdtempSync(path.join(tmpdir(), 'value-'));
	try {
		for (const name of ['x', 'tx', 'T']) writeFileSync(path.join(folder, name), Buffer.from(Float64Array.from(history[name]).buffer));
		const { status, stdout, stderr } = spawnSync(process.env.PYTHON ?? 'python3', [path.join(import.meta.dirname, 'support', 'lifetimes.py'), folder], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } });
		if (status !== 0) return say(`Skipped: python3 with lifetimes, or with autograd and scipy, is not there (${(stderr ?? '').trim().split('\n').at(-1) || 'no python3'}).`);
		const other = JSON.parse(stdout);
		say(`${other.name}: ${other.fitSeconds.toFixed(2)} s of processor time to fit, ${other.scoreSeconds.toFixed(2)} s to expect the orders of a year; log-likelihood ${other.logLikelihood.toFixed(2)}.`);
		say(`Ratio by processor time: ${(other.fitSeconds / fit.seconds).toFixed(1)}; our log-likelihood is ${(fit.result.logLikelihood - other.logLikelihood).toFixed(3)} higher.`);
		promised(`BG/NBD fitted 2.5 times as fast as by ${other.name}, and as well`, other.fitSeconds / fit.seconds >= 2.5 && fit.result.logLikelihood >= other.logLikelihood - 1e-8 * Math.abs(other.logLikelihood));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Buyers with rates and chances to leave of their own, on whole days. */
function invent(count) {
	let state = 20_240_101;
	const chance = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const offsets = new Uint32Array(count + 1);
	const days = [];
	const netE4 = [];
	for (let customer = 0; customer < count; customer++) {
		const gap = 8 / (0.03 + chance() ** 2);
		const leaves = 0.02 + 0.3 * chance() ** 3;
		const worth = 200_000 * (0.3 - Math.log(1 - chance()));
		for (let day = END - 1_095 + Math.floor(1_000 * chance()); day <= END; day += 1 + Math.floor(-Math.log(1 - chance()) * gap)) {
			days.push(day);
			netE4.push(Math.round(worth * (0.5 + chance())));
			if (chance() < leaves) break;
		}
		offsets[customer + 1] = days.length;
	}
	return { numbers: Float64Array.from({ length: count }, (_, place) => place + 1), offsets, days: Int32Array.from(days), orders: new Uint32Array(days.length).fill(1), netE4: Float64Array.from(netE4), lastAt: Float64Array.from(days, (day) => day * 86_400_000) };
}

function timed(work) {
	const began = process.hrtime.bigint();
	const cpu = process.cpuUsage();
	const result = work();
	const { user, system } = process.cpuUsage(cpu);
	return { result, wall: Number(process.hrtime.bigint() - began) / 1e9, seconds: (user + system) / 1e6 };
}

function seconds({ seconds: busy, wall }) {
	return `${busy.toFixed(2)} s of processor time (${wall.toFixed(2)} s on the clock)`;
}
