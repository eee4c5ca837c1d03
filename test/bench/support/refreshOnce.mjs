/** One refresh in a process of its own, so that its memory is its own. Prints a line of JSON. Usage: refreshOnce.mjs STORE.sqlite all|four|rfm */
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const dist = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'src');
const { openStore } = require(path.join(dist, 'store', 'open.js'));
const { refresh } = require(path.join(dist, 'features', 'refresh.js'));
const { FAMILIES } = require(path.join(dist, 'features', 'families.js'));

const [file, what] = process.argv.slice(2);
const store = await openStore({ kind: 'file', file }, { thread: false });
const phases = {};
let [phase, since] = ['columns', performance.now()];
const enter = (next) => {
	phases[phase] = (phases[phase] ?? 0) + performance.now() - since;
	[phase, since] = [next, performance.now()];
};
const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
// RFM alone computes and keeps nothing: what a query that fills a table of groups does.
const only = what === 'rfm' ? { families: FAMILIES.filter(({ name }) => name === 'rfm'), at: (await store.run('store.settings', {})).now } : what === 'four' ? { families: FAMILIES.filter(({ name }) => ['rfm', 'rhythm', 'nextPurchase', 'lifecycle'].includes(name)) } : {};
const done = await refresh(store, { owner: 'bench', ...only, onProgress: (progress) => progress.phase !== phase && enter(progress.phase) });
enter('end');
const { user, system } = process.cpuUsage(cpu);
await store.close();
process.stdout.write(`${JSON.stringify({ customers: done.customers, written: done.written, seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024, phases })}\n`);
