import type { CustomerRecord } from '../customers/contract';
import { parseCustomer, type CustomerRef } from '../customers/identity';
import { differencesOf } from './afterwards';
import { compareOutcome, differenceInWords, type Difference, type Outcome } from './compareOutcome';
import type { ReplayDriver } from './driver';
import type { SavedStep, SavedTest } from './savedTest';

/** Where a saved test takes place: a store at the test's clock, the workflow switched on, its customers and policy in place. */
export interface SavedTestWorld {
	driver: Pick<ReplayDriver, 'now' | 'advanceTo' | 'runOut' | 'settle'>;
	/** Hands what a step says to the store, as it would come in from a shop. `advance` never gets here. */
	apply(step: SavedStep): Promise<void>;
	/** all that the store knows of a customer; null for one who is not there */
	record(ref: CustomerRef): Promise<CustomerRecord | null>;
	/** all that came about so far */
	outcome(): readonly Outcome[];
	/** executions and triggers that failed, each as a sentence */
	failures(): readonly string[];
}

export interface SavedTestResult {
	passed: boolean;
	differences: Difference[];
	failures: string[];
	/** differences and failures as sentences */
	problems: string[];
	happened: Outcome[];
	/** the instant at which the test ended */
	endedAtMs: number;
}

/** How long after its last step or expectation a test looks for messages that nobody expects. */
const LOOK_AHEAD_MS = 30 * 86_400_000;

/** Plays the steps, lets the time run to the end, and compares. */
export async function runSavedTest(test: SavedTest, world: SavedTestWorld): Promise<SavedTestResult> {
	const { driver } = world;
	for (const step of test.steps) {
		await driver.advanceTo(step.atMs);
		if (step.kind === 'advance') {
			await driver.advanceTo(step.atMs + step.advanceMs);
		} else {
			await world.apply(step);
			await driver.settle();
		}
	}
	if (test.untilMs !== undefined) {
		await driver.advanceTo(test.untilMs);
	} else {
		const lastMs = Math.max(driver.now(), ...test.expect.map(({ atMs }) => atMs));
		await driver.advanceTo(lastMs);
		await driver.runOut(lastMs + LOOK_AHEAD_MS);
	}
	const happened = [...world.outcome()];
	const differences = compareOutcome(test.expect, happened);
	const failures = [...world.failures()];
	const problems = [...differences.map(differenceInWords), ...(await differencesAfterwards(test, world)), ...failures];
	return { passed: problems.length === 0, differences, failures, problems, happened, endedAtMs: driver.now() };
}

/** What the store knows of customers and was not expected to, or the other way round, as sentences. */
export async function differencesAfterwards({ afterwards }: SavedTest, world: Pick<SavedTestWorld, 'record'>): Promise<string[]> {
	const differences: string[] = [];
	for (const facts of afterwards) differences.push(...differencesOf(facts, await world.record(parseCustomer(facts.customer))));
	return differences;
}
