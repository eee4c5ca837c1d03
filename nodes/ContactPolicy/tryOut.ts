import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { placeOf } from '../../src/n8n/journeyContext';
import { ruleInWords } from '../../src/n8n/policyChanges';
import { policyShown } from '../../src/n8n/policyShown';
import { withStore } from '../../src/n8n/storeAccess';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import type { PassAnswer, PassItem, PolicyView } from '../../src/policy/contract';
import { COMPANY_POLICY } from '../../src/policy/policies';
import { Outputs } from './outputs';
import { nodeRules } from './nodeRules';
import { channelsOf, requestOf, runOf } from './settings';

type Judged = Exclude<PassAnswer, { result: 'refused' }>;

/**
 * A test run (journeys.md section 9): the policy decides, nothing is counted or held. What would be held goes on by *Send* with a
 * hint, so that the rest of the journey can be looked at.
 */
export async function tryOut(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const problems = new ItemProblems(context, items);
	const outputs = new Outputs(context);
	const customer = itemField(context, items, 'customer');
	const requests = items.flatMap((item, index) => problems.attempt(index, () => [requestOf(context, item, index, customer(index), () => 'test-run')]) ?? []);
	const run = runOf(context, requests);
	const { answers, rules } = await withStore(context, async (store) => ({
		answers: await store.run('policy.pass', { ...run, batch: null, dryRun: true, items: requests }),
		rules: await rulesInForce(store, run.policyName ?? '', nodeRules(context, channelsOf(context), requests)),
	}));
	const hints = new Set<string>();
	const asked = new Map(requests.map((request) => [request.index, request]));
	for (const answer of answers) {
		const item = items[answer.index] as INodeExecutionData;
		if (answer.result === 'refused') problems.add(answer.index, new JourneyError(answer.code as JourneyErrorCode, answer.message));
		else hints.add(show(context, outputs, item, answer, asked.get(answer.index)));
	}
	outputs.blocked.push(...problems.finish('In a test run nothing is counted or held.'));
	if (hints.size > 0) context.addExecutionHints({ message: `Test run: nothing is counted or held. ${[...hints].slice(0, 5).join(' ')}`, location: 'outputPane' });
	context.addExecutionHints({ message: rules, location: 'outputPane' });
	return outputs.lists();
}

/** The policy and the node's own limits, in plain words. */
async function rulesInForce(store: StoreHandle, name: string, own: ReturnType<typeof nodeRules>): Promise<string> {
	const { policy, version, name: shown } = await policyShown(store, name);
	const which = shown === COMPANY_POLICY ? 'company policy' : `policy "${shown}"`;
	const ofNode = own.length > 0 ? ` This node: ${own.map((rule) => ruleInWords(rule)).join('; ')}.` : '';
	return `Rules in force (${which}${version === null ? ', as every store starts' : ` version ${version}`}): ${policy.join(' ')}${ofNode}`;
}

/** @returns what the real run would do, in words */
function show(context: IExecuteFunctions, outputs: Outputs, item: INodeExecutionData, answer: Judged, asked: PassItem | undefined): string {
	switch (answer.result) {
		case 'send':
			leave(outputs, item, answer.index, 'send', answer.policy, asked);
			return `The message would go now.${answer.customer ? '' : INVENTED}`;
		case 'blocked':
			leave(outputs, item, answer.index, 'blocked', answer.policy, asked);
			return `The message would be blocked: ${answer.policy.reasonText ?? answer.policy.reason}`;
		case 'held':
			leave(outputs, item, answer.index, 'send', passFor(channelsOf(context)[0] as string), asked);
			return `On the journey: ${answer.text.charAt(0).toLowerCase()}${answer.text.slice(1)}`;
		default:
			leave(outputs, item, answer.index, 'send', passFor(channelsOf(context)[0] as string), asked);
			return 'This customer has left the journey by now, so nothing would be sent.';
	}
}

const INVENTED = ' The test customer is not in the store and is taken to have agreed; to try a real one, choose it under "Test With Customer" in Journey Trigger.';

function passFor(channel: string): PolicyView {
	return { key: 'test-run', channel, decision: 'send', reason: null, reasonText: null, nextPossibleAt: null, unsubscribeToken: null, clickToken: null };
}

/** The item keeps its own customer: it has the test address, where the store's would reach the customer. */
function leave(outputs: Outputs, item: INodeExecutionData, index: number, result: 'send' | 'blocked', policy: PolicyView, asked: PassItem | undefined): void {
	const unsubscribeToken = policy.unsubscribeToken ?? (result === 'send' ? 'test' : null);
	outputs.put({ index, result, customer: null, journey: placeOf(item) ?? null, policy: { ...policy, unsubscribeToken } }, item.json, index, asked);
}
