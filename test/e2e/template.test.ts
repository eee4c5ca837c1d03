import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { differencesAfterwards, runSavedTest } from '../../src/replay/runSavedTest';
import { readSavedTest } from '../../src/replay/savedTest';
import { compareOutcome, differenceInWords } from '../../src/replay/compareOutcome';
import { projectRoot } from './support/scripts';
import { openSampleShop } from './support/sampleShop';
import { RealWorld } from './support/savedTestWorld';
import { TestN8n, type WorkflowJson } from './support/n8n';

const shelf = path.join(projectRoot, 'templates');

let n8n: TestN8n;

beforeAll(async () => {
	n8n = await TestN8n.start('saved-tests');
});
afterAll(async () => await n8n.remove());

/** The same file that `templates test` plays in seconds: what holds at virtual time holds in n8n. */
test.each(readdirSync(shelf))('the saved test of %s comes out the same in a real n8n', async (slug) => {
	const read = (name: string) => JSON.parse(readFileSync(path.join(shelf, slug, name), 'utf8')) as unknown;
	const saved = readSavedTest(read('scenario.json'), slug);
	const world = await RealWorld.open(n8n, slug, read('workflow.json') as WorkflowJson, saved);
	try {
		await runSavedTest(saved, world);
		const failed = await world.look();
		expect([...compareOutcome(saved.expect, world.outcome()).map(differenceInWords), ...(await differencesAfterwards(saved, world)), ...failed]).toEqual([]);
	} finally {
		await world.close();
	}
});

describe('A journey that starts when customers become dormant, on the sample shop', () => {
	const DAY = 86_400_000;
	const NOW = Date.parse('2011-12-10T12:00:00Z');
	const PATIENCE_MS = 120_000;
	const own = (name: string, type: string, parameters: Record<string, unknown>, store: { id: string; name: string }) => ({ id: crypto.randomUUID(), name, type: `n8n-nodes-customer-journeys.${type}`, typeVersion: 1, position: [0, 0], parameters, credentials: { customerStoreApi: store } });
	const webhook = (path: string) => ({ id: crypto.randomUUID(), webhookId: crypto.randomUUID(), name: 'Call', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], parameters: { path, httpMethod: 'POST', responseMode: 'lastNode', options: {} } });
	const chain = (...names: string[]) => Object.fromEntries(names.slice(1).map((name, place) => [names[place], { main: [[{ node: name, type: 'main', index: 0 }]] }]));

	async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
		for (const end = Date.now() + PATIENCE_MS; !(await reached()); await pause(200)) if (Date.now() > end) throw new Error(`Waited in vain until ${what}.\n${n8n.lastWords(15)}`);
	}

	test('a first refresh and other cut-offs start nobody; whom time makes dormant afterwards starts, once', async () => {
		const store = await openSampleShop(n8n.storeFile('baseline'), NOW);
		try {
			const { id, name } = await n8n.rest.createCredential('baseline', 'customerStoreApi', { type: 'embedded', storeName: 'baseline' });
			const credential = { id, name };
			const publish = async (title: string, nodes: { name: string }[]) => {
				const made = await n8n.rest.createWorkflow({ name: title, nodes: nodes as never, connections: chain(...nodes.map((node) => node.name)), settings: {} });
				await n8n.rest.publish(made.id);
			};
			await publish('Dormant', [own('Became dormant', 'journeyTrigger', { startOn: 'stageChanged', toStage: 'dormant' }, credential), own('Think', 'journeyWait', { amount: 300, unit: 'days' }, credential)]);
			await publish('Refresh', [webhook('refresh-figures'), own('Refresh', 'customerData', { resource: 'customer', operation: 'refreshFigures' }, credential)]);
			await publish('Cut-offs', [webhook('edit-stages'), own('Edit', 'lifecycleStage', { operation: 'edit', by: 'gap', due: 1, dormant: 1.2, churned: 6 }, credential)]);
			const waiting = async () => (await store.run('journeys.waiting', {})).filter(({ step }) => step !== 'entry').reduce((sum, row) => sum + row.waiting + row.inRelease, 0);
			const entered = async () => (await store.run('journeys.list', { journey: (await store.run('journeys.waiting', {}))[0]!.journey, limit: 1_000 })).map(({ customer }) => customer.id);
			const dormant = async () => (await store.run('segments.members', { segment: { rules: { match: 'all', rules: [{ about: 'label', label: 'stage', oneOf: ['dormant'] }] } }, after: 0, lookAt: 10_000, limit: 10_000 })).members.map(({ id: customer }) => customer);
			await until('the journey is registered', async () => (await store.run('journeys.waiting', {})).some((row) => row.on && row.step === 'entry'));
			const call = async (path: string) => {
				let answer: { status: number; body: unknown } = { status: 404, body: null };
				await until(`${path} answers`, async () => (answer = await n8n.rest.webhook(path, {})).status === 200);
				return answer.body;
			};

			expect(await call('refresh-figures')).toMatchObject({ result: 'refreshed' });
			const atFirst = await dormant();
			expect(atFirst.length).toBeGreaterThan(10);
			expect(await call('edit-stages')).toMatchObject({ result: expect.stringMatching(/^Saved/) as string });
			expect(await call('refresh-figures')).toMatchObject({ result: 'refreshed' });
			const byOtherLines = await dormant();
			expect(byOtherLines.filter((one) => !atFirst.includes(one)).length).toBeGreaterThan(0);

			// Ten days without an order: now time makes customers dormant, and n8n's own loop finds them.
			await store.run('clock.advance', { byMs: 10 * DAY });
			let before = 0;
			await until('all of them entered', async () => {
				const now = await waiting();
				const settled = now > 0 && now === before;
				before = now;
				if (!settled) await pause(5_000);
				return settled;
			});
			const started = await entered();
			const already = new Set([...atFirst, ...byOtherLines]);
			process.stdout.write(`sample shop: ${atFirst.length} dormant at first, ${byOtherLines.length} by other cut-offs, none of whom started; ${started.length} became dormant in ten days and started\n`);
			expect(started.filter((one) => already.has(one))).toEqual([]);
			expect(new Set(started).size).toBe(started.length);
			expect(started.length).toBeGreaterThan(0);
		} finally {
			await store.close();
		}
	});
});
