import type { IExecuteFunctions } from 'n8n-workflow';
import { JourneyError } from '../core/errors';
import { calibrateScore, type ScoreReport } from '../scoring/calibration';
import { calibrateInThread } from '../scoring/calibrationThread';
import { SqliteInlineStore } from '../store/sqlite/inlineStore';
import { locationFor, type StoreHandle } from './storeAccess';
import { storeInstead } from './storeInstead';

/** @throws JourneyError `bad_input` for a score that nobody saved */
export async function calibrationOf(context: IExecuteFunctions, store: StoreHandle, name: string, horizonDays: number): Promise<ScoreReport> {
	const scores = await store.run('leads.list', {});
	const score = scores.find((one) => one.name === name);
	if (!score) throw new JourneyError('bad_input', `There is no lead score "${name}" in this customer store: choose ${scores.map((one) => `"${one.name}"`).join(', ')}.`, { score: name });
	const opened = await store.store();
	// A store without a thread of its own belongs to a replay or a test, and is its alone.
	if (storeInstead() || opened instanceof SqliteInlineStore) return await calibrateScore(opened, { score, horizonDays });
	return await calibrateInThread({ location: await locationFor(context), score, horizonDays });
}
