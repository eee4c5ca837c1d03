import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { differencesAfterwards, runSavedTest } from '../../src/replay/runSavedTest';
import { readSavedTest } from '../../src/replay/savedTest';
import { compareOutcome, differenceInWords } from '../../src/replay/compareOutcome';
import { projectRoot } from './support/scripts';
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
