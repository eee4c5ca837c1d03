import { DateTime } from 'luxon';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { placeOf } from '../../src/n8n/journeyContext';
import { withStore } from '../../src/n8n/storeAccess';
import { isTestPlace } from '../../src/n8n/testCustomer';
import type { PassAnswer } from '../../src/policy/contract';
import { Outputs } from './outputs';
import { channelsOf, requestOf, runOf } from './settings';

type Judged = Exclude<PassAnswer, { result: 'refused' }>;

/**
 * A test run (journeys.md section 9): the policy decides, nothing is counted or held. What would be held goes on by *Send* with a
 * hint, so that the rest of the journey can be looked at; so does the invented test customer, whom no consent belongs to.
 */
export async function tryOut(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const problems = new ItemProblems(context, items);
	const outputs = new Outputs(context);
	const requests = items.flatMap((item, index) => problems.attempt(index, () => [requestOf(context, item, index, () => 'test-run')]) ?? []);
	const answers = await withStore(context, async (store) => await store.run('policy.pass', { ...runOf(context), batch: null, dryRun: true, items: requests }));
	const hints = new Set<string>();
	for (const answer of answers) {
		const item = items[answer.index] as INodeExecutionData;
		if (answer.result === 'refused') problems.add(answer.index, new JourneyError(answer.code as JourneyErrorCode, answer.message));
		else hints.add(show(context, outputs, item, answer));
	}
	const lists = outputs.lists();
	lists.at(-1)?.push(...problems.finish('In a test run nothing is counted or held.'));
	if (hints.size > 0) context.addExecutionHints({ message: `Test run: nothing is counted or held. ${[...hints].slice(0, 5).join(' ')}`, location: 'outputPane' });
	return lists;
}

/** @returns what the real run would do, in words */
function show(context: IExecuteFunctions, outputs: Outputs, item: INodeExecutionData, answer: Judged): string {
	if (answer.result === 'send') return pass(outputs, item, answer, 'The message would go now.');
	if (answer.result === 'blocked') {
		const invented = isTestPlace(placeOf(item)) && answer.policy.reason === 'unknown_customer';
		if (!invented) return pass(outputs, item, answer, `The message would be blocked: ${answer.policy.reasonText ?? answer.policy.reason}`);
		letGo(context, outputs, item, answer.index);
		return 'The test customer is not in the store, so consent and limits were not looked at. To try them, choose a customer under "Test With Customer" in Journey Trigger.';
	}
	letGo(context, outputs, item, answer.index);
	if (answer.result === 'held') return `The message would be held until ${whenInWords(context, answer.until)}. ${answer.text}`;
	return 'This customer has left the journey by now, so nothing would be sent.';
}

function pass(outputs: Outputs, item: INodeExecutionData, answer: Judged, words: string): string {
	// The test customer keeps the test address: the store's own would reach the customer.
	const shown = 'customer' in answer ? { ...answer, customer: null, journey: placeOf(item) ?? null } : answer;
	outputs.put(shown, item.json, answer.index);
	return words;
}

function letGo(context: IExecuteFunctions, outputs: Outputs, item: INodeExecutionData, index: number): void {
	const [channel = ''] = channelsOf(context);
	const policy = { key: 'test-run', channel, decision: 'send' as const, reason: null, reasonText: null, nextPossibleAt: null, unsubscribeToken: 'test' };
	outputs.put({ index, result: 'send', customer: null, journey: placeOf(item) ?? null, policy }, item.json, index);
}

function whenInWords(context: IExecuteFunctions, instantMs: number): string {
	return DateTime.fromMillis(instantMs, { zone: context.getTimezone() }).toFormat('cccc d LLLL yyyy, HH:mm');
}
