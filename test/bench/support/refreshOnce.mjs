/**
 * One refresh in a process of its own, so that its memory is its own. Prints a line of JSON. Usage: refreshOnce.mjs STORE.sqlite WHAT [THREADS]:
 * `rfm` and `four` (RFM, rhythm, next purchase, stage) compute and keep nothing, what a query that fills a table in memory
 * does; `write` computes these four and writes what changed; `all` is what runs every night.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const dist = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'src');
const { openStore } = require(path.join(dist, 'store', 'open.js'));
const { refresh } = require(path.join(dist, 'features', 'refresh.js'));
const { FAMILIES } = require(path.join(dist, 'features', 'families.js'));

const [file, what, threads] = process.argv.slice(2);
// With opening the store, as the other's time is with opening its file.
const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
const store = await openStore({ kind: 'file', file }, { thread: false });
const [phases, cpuPhases, peaks] = [{}, {}, {}];
let [phase, since, cpuSince] = ['columns', performance.now(), process.cpuUsage()];
const enter = (next) => {
	const { user, system } = process.cpuUsage(cpuSince);
	phases[phase] = (phases[phase] ?? 0) + performance.now() - since;
	cpuPhases[phase] = (cpuPhases[phase] ?? 0) + (user + system) / 1000;
	peaks[phase] = process.resourceUsage().maxRSS / 1024;
	[phase, since, cpuSince] = [next, performance.now(), process.cpuUsage()];
};
const FOUR = ['rfm', 'rhythm', 'nextPurchase', 'lifecycle'];
const { now } = await store.run('store.settings', {});
const families = FAMILIES.filter(({ name }) => (what === 'rfm' ? name === 'rfm' : FOUR.includes(name)));
const only = what === 'all' ? {} : what === 'write' ? { families } : { families, at: now };
const done = await refresh(store, { owner: 'bench', ...only, threads: threads === undefined ? undefined : Number(threads), onProgress: (progress) => progress.phase !== phase && enter(progress.phase) });
enter('end');
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpu);
await store.close();
process.stdout.write(`${JSON.stringify({ customers: done.customers, written: done.written, preferences: done.preferences, seconds, cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024, phases, cpuPhases, peaks })}\n`);
