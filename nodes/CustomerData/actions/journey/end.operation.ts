import type { CustomerDataRun } from '../../run';
import { actInTestRuns, options, showFor } from '../fields';
import { journeyKey, needed } from './fields';

export const description = showFor('journey', 'end', [journeyKey, options([actInTestRuns])]);

export async function execute(run: CustomerDataRun) {
	const lookOnly = run.movesNobody();
	return await run.eachItem(async (index) => {
		const journey = needed('Journey', run.text('journeyKey', index));
		if (lookOnly) return [{ endedJourney: journey, customers: 0, result: 'Test run: nothing changed' }];
		let ended = 0;
		for (let more = true; more; ) {
			const answer = await run.store.run('journeys.end', { journey });
			ended += answer.ended;
			more = answer.more;
		}
		return [{ endedJourney: journey, customers: ended, result: `Ended for ${ended} ${ended === 1 ? 'customer' : 'customers'}` }];
	});
}
