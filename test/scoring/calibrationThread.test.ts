import type { calibrateInThread as CalibrateInThread } from '../../src/scoring/calibrationThread';
import { openStore } from '../../src/store/open';
import { compiled } from '../store/support/compiled';
import { freshSqliteFile } from '../support/stores';

// Compiled: a worker thread loads no TypeScript.
const { calibrateInThread } = require(compiled('src/scoring/calibrationThread')) as { calibrateInThread: typeof CalibrateInThread };

test('what a score was worth is looked at in a thread and on a connection of its own; a store that is not there is a sentence', async () => {
	const file = freshSqliteFile();
	const store = await openStore({ kind: 'file', file }, { thread: false });
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna' } }] });
	const [score] = await store.run('leads.list', {});
	await store.close();
	expect(await calibrateInThread({ location: { kind: 'file', file }, score, horizonDays: 30 })).toMatchObject({ score: { name: 'default' }, levels: { hot: 0, warm: 0, cold: 1 }, calibration: { suggestion: null } });
	await expect(calibrateInThread({ location: { kind: 'file', file: '/dev/null/nowhere.sqlite' }, score, horizonDays: 30 })).rejects.toMatchObject({ code: 'store_unavailable' });
});
