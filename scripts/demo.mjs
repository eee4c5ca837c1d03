/**
 * `npm run demo`: the abandoned-cart journey on the sample shop in seconds, without n8n and without sending anything: the
 * template's workflow as it is shipped, through n8n's own engine, at virtual time.
 * Option: --date YYYY-MM-DD, the day on which the carts are left (default today).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readCast } from './demo/cast.mjs';
import { money, Story } from './demo/story.mjs';
import { Timeline } from './demo/timeline.mjs';
import { root } from './paths.mjs';
import { step } from './progress.mjs';
import { sampleZone, writeShiftedSample } from './sample/load.mjs';

const built = createRequire(path.join(root, 'dist', 'index.js'));
const workflow = JSON.parse(readFileSync(path.join(root, 'templates', 'abandoned-cart', 'workflow.json'), 'utf8'));
const DAY_MS = 86_400_000;

// Node calls its own SQLite experimental; nobody who watches a demo needs to know.
process.removeAllListeners('warning').on('warning', ({ name, message }) => name !== 'ExperimentalWarning' && process.stderr.write(`${name}: ${message}\n`));
try {
	await demo(readOptions());
} catch (error) {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
}

async function demo({ noonMs }) {
	const { loadEngine } = built('./src/replay/engine.js');
	const { makeReplayStore } = built('./src/replay/replayStore.js');
	const { store, file, remove } = await makeReplayStore(noonMs - DAY_MS / 2);
	try {
		const { customers, orders } = await step('Filling a store with the sample shop', () => fill(store, file, noonMs));
		const engine = await step("Loading n8n's engine", loadEngine);
		const timeline = new Timeline(process.stdout, sampleZone);
		timeline.say(`\n${timeline.bold('Abandoned cart')}: ${workflow.nodes.length} nodes of templates/abandoned-cart in the engine of n8n ${engine.location.version}.`);
		timeline.say(`The shop: ${customers} customers and ${count(orders)} order lines, real and anonymous. Times are those of the shop in London; nothing is sent.`);
		await play(store, timeline, noonMs);
	} finally {
		await remove();
	}
}

async function play(store, timeline, noonMs) {
	const { ReplayWorld } = built('./src/replay/replayWorld.js');
	const cast = readCast(noonMs);
	const story = new Story(cast, timeline, noonMs);
	const startedAt = performance.now();
	const world = await ReplayWorld.open({ workflow, store, atMs: noonMs - DAY_MS / 2, ...story.listeners });
	story.now = () => world.driver.now();
	const endMs = await story.play(world, store);
	await world.close();
	const [problem] = world.failures();
	if (problem) throw new Error(problem);
	summary(timeline, story, cast, (endMs - noonMs) / DAY_MS, (performance.now() - startedAt) / 1000);
}

function summary(timeline, { counts, sales, open }, cast, days, seconds) {
	const sum = (visitors) => money({ cart: { currency: cast[0].cart.currency, total: visitors.reduce((total, { cart }) => total + Number(cart.total), 0) } });
	timeline.say(`\n${timeline.bold('What came of it')}`);
	timeline.say(`  ${cast.length} carts left · ${counts.letters} letters sent, ${counts.held} held until they might go, ${counts.blocked} not sent`);
	timeline.say(`  ${sales.before.length} bought before any letter (${sum(sales.before)}), ${sales.after.length} after one (${sum(sales.after)}), ${open.size} carts still open`);
	timeline.say(`  ${days.toFixed(1)} days of the journey in ${seconds.toFixed(1)} s.\n`);
	timeline.say('The same in a real n8n, with a page that shows the mails: npm start');
}

/** As a user would: through the command line's import, in this process. */
async function fill(store, file, noonMs) {
	const { runCommandLine } = built('./src/cli/program.js');
	const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-sample-'));
	try {
		const files = writeShiftedSample(folder, noonMs);
		await store.run('policy.save', { name: 'default', body: { ...built('./src/policy/defaultPolicy.js').defaultPolicy, storeZone: sampleZone } });
		const accepted = {};
		for (const kind of Object.keys(files)) {
			const args = ['import', kind, files[kind], '--store', file, '--time-zone', sampleZone, '--currency', 'GBP', '--source', 'sample', '--json'];
			accepted[kind] = JSON.parse(await commandLine(runCommandLine, folder, args)).accepted;
		}
		return accepted;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function commandLine(run, folder, args) {
	const said = { out: '', err: '' };
	const sink = (name) => ({ write: async (text) => void (said[name] += text) });
	const terminal = { out: sink('out'), err: sink('err'), env: process.env, folder, clock: { now: () => Date.now() }, storeThread: false, onInterrupt: () => () => undefined };
	if ((await run(args, terminal)) !== 0) throw new Error(said.err);
	return said.out;
}

/** London noon, or nearly so in summer: some of the customers live in the night then. */
function readOptions() {
	const { values } = parseArgs({ options: { date: { type: 'string' } } });
	const noonMs = Date.parse(`${values.date ?? new Date().toISOString().slice(0, 10)}T12:00:00Z`);
	if (Number.isNaN(noonMs)) throw new Error('--date must be a day such as 2026-11-21.');
	return { noonMs };
}

function count(number) {
	return number.toLocaleString('en');
}
