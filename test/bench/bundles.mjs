/**
 * Itemsets with the statistics of all rules against node-fpgrowth (itemsets only) and, where its jar is at hand, SPMF's
 * FP-growth; all pairs of Online Retail with quantiles and stability, and the whole model of offers. Each run in a process of its own; the ratios compare
 * processor time, which does not suffer from what else the machine does.
 *
 *   node scripts/run.mjs scripts/bench.mjs bundles [--rounds 3] [--rival-minutes 10]
 *
 * CUSTOMER_JOURNEYS_DATA: folder of the public data sets. SPMF_JAR: path of spmf.jar, run with the `java` of the PATH.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { load, median, number, promised, say } from './support/figures.mjs';
import { millionBaskets } from './support/millionBaskets.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, 'rival-minutes': { type: 'string', default: '10' } } });
const rounds = Number(values.rounds);
const data = process.env.CUSTOMER_JOURNEYS_DATA ?? path.join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const miner = path.join(import.meta.dirname, 'support', 'miner.mjs');
/** Measured on this kind of machine with SPMF 2.62: seconds and MiB. */
const SPMF_REFERENCE = { retail: { seconds: 5.4, MiB: 423 }, million: { seconds: 13.7, MiB: 819 }, chess: { seconds: 0.7 } };
const PAIRS_SECONDS = 2;
const PAIRS = 113_621;
const OFFERS_MIB = 512;

function run(who, what, minutes = 30) {
	const { stdout, status, error } = spawnSync(process.execPath, ['--max-old-space-size=8192', miner, who, what, data], { encoding: 'utf8', timeout: minutes * 60_000, stdio: ['ignore', 'pipe', 'inherit'] });
	return status === 0 ? JSON.parse(stdout) : { failed: error?.code === 'ETIMEDOUT' ? `did not end within ${minutes} minutes` : 'failed' };
}

const several = (who, what) => {
	const all = Array.from({ length: rounds }, () => run(who, what));
	return Object.fromEntries(['ms', 'cpuMs', 'found', 'peakMiB'].map((key) => [key, median(all.map((one) => one[key]))]));
};
const shown = (name, { ms, cpuMs, found, peakMiB }) => say(`${name.padEnd(16)} ${number(ms / 1000).padStart(7)} s wall ${number(cpuMs / 1000).padStart(7)} s processor ${number(found).padStart(9)} found  peak ${number(peakMiB)} MiB`);

/** @returns {Promise<object | undefined>} nothing, with a message, where SPMF is not at hand */
async function spmf(what, support) {
	const jar = process.env.SPMF_JAR;
	if (!jar || !existsSync(jar)) return void say('SPMF             not at hand: set SPMF_JAR to the path of spmf.jar');
	const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-spmf-'));
	try {
		const input = path.join(folder, 'baskets.txt');
		const sorted = (items) => [...new Set(items.map(Number))].sort((a, b) => a - b).join(' ');
		const lines = what === 'million' ? Array.from(millionBaskets(), sorted) : gunzipSync(readFileSync(path.join(data, what === 'retail' ? 'fimi-retail.dat.gz' : 'chess.dat.gz'))).toString('latin1').split('\n').filter((line) => line.trim() !== '').map((line) => sorted(line.trim().split(' ')));
		writeFileSync(input, `${lines.join('\n')}\n`);
		const startedAt = performance.now();
		const child = spawn('java', ['-jar', jar, 'run', 'FPGrowth_itemsets', input, path.join(folder, 'out.txt'), `${support * 100}%`], { stdio: 'ignore' });
		let peakMiB = 0;
		const watch = setInterval(() => {
			try {
				peakMiB = Math.max(peakMiB, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
			} catch {
				clearInterval(watch);
			}
		}, 50);
		const code = await new Promise((resolve) => child.once('exit', resolve).once('error', () => resolve(-1)));
		clearInterval(watch);
		if (code !== 0) return void say('SPMF             could not be run');
		const ms = performance.now() - startedAt;
		return { ms, cpuMs: ms, found: readFileSync(path.join(folder, 'out.txt'), 'utf8').trim().split('\n').length, peakMiB };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

let kept = true;
for (const [what, title, support, faster] of [
	['retail', 'FIMI retail at .1 %', 0.001, 5],
	['million', '1,000,000 baskets, 5.4 lines each, at .1 %', 0.001, 5],
	['chess', 'chess at 70 %', 0.7, 0],
]) {
	say(`\n${title} (${load()})`);
	if (what !== 'million' && !existsSync(path.join(data, what === 'retail' ? 'fimi-retail.dat.gz' : 'chess.dat.gz'))) {
		say('skipped: set CUSTOMER_JOURNEYS_DATA to the folder of the data sets');
		continue;
	}
	const ours = several('ours', what);
	shown('ours', ours);
	if (faster > 0) {
		const theirs = run('node-fpgrowth', what, Number(values['rival-minutes']));
		if (theirs.failed) say(`node-fpgrowth    ${theirs.failed}`);
		else {
			shown('node-fpgrowth', theirs);
			if (theirs.found !== ours.found) say(`NOT THE SAME: ${theirs.found} itemsets, ours ${ours.found}`);
			kept = theirs.found === ours.found && promised(`${faster} times as fast as node-fpgrowth, here ${number(theirs.cpuMs / ours.cpuMs)}`, theirs.cpuMs >= faster * ours.cpuMs) && kept;
		}
	}
	const reference = SPMF_REFERENCE[what];
	const measured = await spmf(what, support);
	if (measured) shown('SPMF', measured);
	const [seconds, MiB] = measured ? [measured.ms / 1000, measured.peakMiB] : [reference.seconds, reference.MiB];
	const against = measured ? 'SPMF here' : 'SPMF as measured elsewhere';
	kept = promised(`${faster > 0 ? `${faster} times as fast as` : 'no slower than'} ${against} (${number(seconds)} s), here ${number(seconds / (ours.cpuMs / 1000))}`, seconds * 1000 >= Math.max(1, faster) * ours.cpuMs) && kept;
	if (MiB) kept = promised(`a third of the memory of ${against} (${number(MiB)} MiB), here ${number(ours.peakMiB / MiB)}`, ours.peakMiB <= MiB / 3) && kept;
}

if (existsSync(path.join(data, 'online-retail.csv.gz'))) {
	say(`\nAll pairs of Online Retail at .5 %, with quantiles and stability (${load()})`);
	const pairs = several('ours', 'pairs');
	shown('ours', pairs);
	kept = promised(`${number(PAIRS)} pairs within ${PAIRS_SECONDS} s of processor time`, pairs.found === PAIRS && pairs.cpuMs <= PAIRS_SECONDS * 1000) && kept;

	say(`\nThe model of offers, from Online Retail: links in one order and over time, what is due again, what is likely next (${load()})`);
	const offers = several('ours', 'offers');
	shown('ours', offers);
	kept = promised(`within ${OFFERS_MIB} MiB, the reading of the file included`, offers.peakMiB <= OFFERS_MIB) && kept;
}
if (!kept) process.exitCode = 1;
