import { join } from 'node:path';
import { openStore, type StoreLocation } from '../store/open';
import { inOwnThread } from '../store/ownThread';
import { calibrateScore, type ScoreReport } from './calibration';
import type { SavedScore } from './savedScores';

export interface CalibrationRequest {
	location: StoreLocation;
	score: SavedScore;
	horizonDays: number;
}

/** {@link calibrateScore} in a thread and on a connection of its own: learning weights takes longer than n8n may stand still. */
export async function calibrateInThread(request: CalibrationRequest): Promise<ScoreReport> {
	return await inOwnThread(join(__dirname, 'calibrationWorker.js'), request, calibrateAt);
}

/** Opens the store, looks, closes it. */
export async function calibrateAt({ location, ...asked }: CalibrationRequest): Promise<ScoreReport> {
	const store = await openStore(location, { thread: false });
	try {
		return await calibrateScore(store, asked);
	} finally {
		await store.close();
	}
}
