import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the benches measure and print: wall time beside the processor time of everybody who took part. */

export const say = (text) => process.stdout.write(`${text}\n`);
export const number = (value) => value.toLocaleString('en', { maximumFractionDigits: value < 1 ? 3 : value < 100 ? 1 : 0 });
export const load = () => `load ${loadavg()[0].toFixed(1)} on ${cpus().length} cores`;

/** One line per promise, the same everywhere. @returns whether it is kept */
export function promised(what, kept) {
	say(`promised ${what}: ${kept ? 'kept' : 'NOT KEPT'}`);
	return kept;
}

/** @param {number[]} values */
export function median(values) {
	return percentile(values, 0.5);
}

/** The smallest value that so large a share of the values does not exceed. */
export function percentile(values, share) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/**
 * @param {number} count things done by `work`
 * @param {{ cpuSeconds(): number }} [server] the database that does a part of it
 * @param {{ seconds: number, cpu: number }} [besides] what is not to be counted, such as starting and stopping
 * @returns {Promise<{ perSecond: number, perCpuSecond: number, seconds: number, cpu: number }>} `perCpuSecond` does not suffer from what else the machine does
 */
export async function measured(count, work, server, besides = { seconds: 0, cpu: 0 }) {
	const [cpuBefore, serverBefore, startedAt] = [process.cpuUsage(), server?.cpuSeconds() ?? 0, performance.now()];
	await work();
	const seconds = (performance.now() - startedAt) / 1000 - besides.seconds;
	const { user, system } = process.cpuUsage(cpuBefore);
	// What a connection that was closed has used counts once its process is gone.
	if (server) await sleep(100);
	const cpu = (user + system) / 1e6 + (server?.cpuSeconds() ?? 0) - serverBefore - besides.cpu;
	return { perSecond: count / seconds, perCpuSecond: count / cpu, seconds, cpu };
}

/** The middle one of several rounds, figure by figure. */
export function middle(rounds) {
	return Object.fromEntries(Object.keys(rounds[0]).map((key) => [key, median(rounds.map((round) => round[key]))]));
}

/** How many times as fast: the middle of the ratios of each round, so that what disturbs a round disturbs both sides. */
export function ratioOf(ours, anchor) {
	const of = (key) => median(ours.map((round, index) => round[key] / anchor[index][key]));
	return { wall: of('perSecond'), cpu: of('perCpuSecond') };
}

const TICKS_PER_SECOND = 100;

/** Processor time of a process and its children, also of those that have ended; NaN where there is no /proc. */
export function familyCpuSeconds(pid) {
	try {
		let ticks = 0;
		for (const name of readdirSync('/proc')) {
			if (!/^\d+$/.test(name)) continue;
			const fields = statOf(name);
			if (!fields) continue;
			const [parent, own, ended] = [Number(fields[1]), Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14])];
			if (name === String(pid)) ticks += own + ended;
			else if (parent === pid) ticks += own;
		}
		return ticks / TICKS_PER_SECOND;
	} catch {
		return Number.NaN;
	}
}

/** Fields of /proc/PID/stat from the state on; undefined for a process that has just ended. */
function statOf(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return text.slice(text.lastIndexOf(')') + 2).split(' ');
	} catch {
		return undefined;
	}
}
