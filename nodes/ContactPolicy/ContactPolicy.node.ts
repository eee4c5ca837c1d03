import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { releaseOf, stepKeyOf } from '../../src/n8n/journeyContext';
import { getJourneys, getJourneysOrAny } from '../../src/n8n/journeyLists';
import { isTestRun } from '../../src/n8n/runMode';
import { releaseStep } from '../../src/n8n/stepTrigger';
import { serveClickLink } from '../../src/n8n/clickWebhook';
import { serveUnsubscribePage } from '../../src/n8n/unsubscribeWebhook';
import { properties as checkProperties } from './checkProperties';
import { saveCompanyPolicy } from './companyPolicy';
import { properties as companyProperties } from './companyProperties';
import { checksMessages, outputsExpression, subtitleExpression } from './expressions';
import { blockedOutput, emptyLists } from './outputs';
import { check, judgeAgain } from './pass';
import { messagesPerRun } from './settings';
import { showPolicy } from './showPolicy';
import { tryOut } from './tryOut';

export class ContactPolicy implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Contact Policy',
		name: 'contactPolicy',
		icon: { light: 'file:contactPolicy.svg', dark: 'file:contactPolicy.dark.svg' },
		// Two-sided: messages come in by `execute`; what must wait leaves by `trigger` of the same node when it may go.
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Lets a message go only when the customer agreed, at a decent hour, and not too often; holds what must wait',
		defaults: { name: 'Contact Policy' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		webhooks: [
			{
				name: 'default',
				// In a test run n8n would wait for a call to this page instead of running the workflow.
				httpMethod: '={{ $workflow.active ? "GET,POST" : "" }}',
				responseMode: 'onReceived',
				path: 'unsubscribe',
				ndvHideUrl: true,
			},
			{
				// The second kind of webhook that a node may have; it is what tells the two pages apart.
				name: 'setup',
				httpMethod: '={{ $workflow.active ? "GET" : "" }}',
				responseMode: 'onReceived',
				path: 'click',
				ndvHideUrl: true,
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Check Messages', value: 'check', description: 'Let messages pass, hold or block them', action: 'Check messages' },
					{ name: 'Edit Company Policy', value: 'editPolicy', description: 'Change the limits, quiet hours and consent rules of all journeys', action: 'Edit company policy' },
					{ name: 'Show Company Policy', value: 'showPolicy', description: 'Read the rules that are in force, in plain words', action: 'Show company policy' },
				],
				default: 'check',
			},
			...checkProperties,
			...companyProperties,
		],
	};

	methods = { credentialTest: { customerStoreTest }, loadOptions: { getJourneys, getJourneysOrAny } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		if (!checksMessages(this.getNode())) return {};
		return await releaseStep(this, { kind: 'policy', stepKey: stepKeyOf(this.getNode()), limit: messagesPerRun(this.getNode()) });
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (!checksMessages(this.getNode())) return await (this.getNode().parameters.operation === 'showPolicy' ? showPolicy(this) : saveCompanyPolicy(this));
		const items = this.getInputData();
		const tried = isTestRun(this.getMode());
		const batch = tried ? undefined : releaseOf(items, stepKeyOf(this.getNode()));
		const lists = emptyLists(this);
		return await failClosed(this, { batch, lists, outlet: blockedOutput(this) }, async () => {
			if (tried) return await tryOut(this, items);
			return batch ? await judgeAgain(this, batch) : await check(this, items);
		});
	}

	/** The unsubscribe page and the click links. They start no execution. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return this.getWebhookName() === 'setup' ? await serveClickLink(this) : await serveUnsubscribePage(this);
	}
}
