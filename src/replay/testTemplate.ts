import { loadEngine } from './engine';
import { fillStore, makeReplayStore } from './replayStore';
import type { WorldOptions } from './replayWorld';
import { runSavedTest, type SavedTestResult } from './runSavedTest';
import type { SavedTest } from './savedTest';

/**
 * Plays a saved test: the workflow as it is, on a store made for it, at virtual time, through n8n's own engine. Nothing
 * leaves the machine, and the store is gone afterwards.
 * @param workflow the parsed workflow.json
 * @throws JourneyError when the workflow or what the test puts into the store cannot be used, or n8n's engine is missing
 */
export async function testTemplate(workflow: object, test: SavedTest, listeners: Pick<WorldOptions, 'onMessage' | 'onBlocked' | 'onStore'> = {}): Promise<SavedTestResult> {
	// First the engine: the rest of the replay imports n8n's packages, which outside n8n are found only then.
	await loadEngine();
	const { ReplayWorld } = await import('./replayWorld');
	const { store, remove } = await makeReplayStore(test.clockMs);
	try {
		await fillStore(store, test);
		const { failFor, clockMs: atMs } = test;
		const world = await ReplayWorld.open({ workflow, store, atMs, failFor, answers: test.answers as WorldOptions['answers'], ...listeners });
		try {
			return await runSavedTest(test, world);
		} finally {
			await world.close();
		}
	} finally {
		await remove();
	}
}
