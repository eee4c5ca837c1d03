import { backtest, tableOf, type Outcome, type Ranker } from '../bundles/support/backtest';
import { nodePath, nodeTable } from '../bundles/support/nodePath';
import { completeJourney, onlineRetail } from '../bundles/support/shopData';
import { testWithData } from '../support/dataFolder';

/** The promise: hit rate and revenue at 5 above every plain ranker, by the lower bound of the bootstrap interval. */
function expectAbove(outcomes: Record<Ranker, Outcome>): void {
	for (const ranker of ['popularity', 'recentPopularity', 'coOccurrence', 'basketCoOccurrence'] as const) {
		expect({ ranker, hits: outcomes[ranker].hitsAbove[0] > 0, revenue: outcomes[ranker].revenueAbove[0] > 0 }).toEqual({ ranker, hits: true, revenue: true });
	}
}

const shown = (title: string, outcomes: Record<Ranker, Outcome>) => process.stdout.write(`${title}, ${outcomes.ours.trials} trials\n${tableOf(outcomes)}\n\n`);

testWithData('online-retail.csv.gz', 'Online Retail: hits and revenue above popularity and co-occurrence, a fifth of the catalogue reached', async (file) => {
	const { everything, fresh } = backtest(await onlineRetail(file), { holdoutDays: 30, splits: 3 });
	shown('Online Retail, everything that sells', everything);
	shown('Online Retail, only what is new to the customer', fresh);
	expectAbove(everything);
	expectAbove(fresh);
	expect(everything.ours.coverage).toBeGreaterThanOrEqual(0.2);
}, 1_200_000);

testWithData('complete-journey-transactions.csv.gz', 'Complete Journey: hits and revenue above popularity and co-occurrence, a fifth of the catalogue reached', async (file) => {
	const { everything, fresh } = backtest(await completeJourney(file), { holdoutDays: 30, splits: 3 });
	shown('Complete Journey, everything that sells', everything);
	// Sold by the piece from 75,000 sampled lines, nothing speaks for a product that a household never had but its popularity.
	shown('Complete Journey, only what is new to the household', fresh);
	expectAbove(everything);
	expect(everything.ours.coverage).toBeGreaterThanOrEqual(0.2);
}, 1_200_000);

/** The node ranks by what an offer adds in margin, not by what is bought anyway: on such data, in which nobody was offered anything, it names less of what is bought than popularity does. */
testWithData('complete-journey-transactions.csv.gz', 'Complete Journey: what the node offers under all its rules', async (file) => {
	const outcome = nodePath(await completeJourney(file), { holdoutDays: 30, splits: 3 });
	process.stdout.write(`Complete Journey, the node's own path\n${nodeTable(outcome)}\n\n`);
	expect(outcome.offered / outcome.customers).toBeGreaterThan(0.5);
	// Never the same to everyone.
	expect(outcome.mostOffered).toBeLessThan(0.25);
}, 1_200_000);
