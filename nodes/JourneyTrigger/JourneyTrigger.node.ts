import { NodeConnectionTypes, type INodeType, type INodeTypeDescription, type ITriggerFunctions, type ITriggerResponse } from 'n8n-workflow';
import { findCategories, findProducts } from '../../src/n8n/goodsLists';
import { getLeadScores } from '../../src/n8n/leadLists';
import { getSegments } from '../../src/n8n/segmentLists';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { subtitleExpression } from './expressions';
import { properties } from './properties';
import { releaseEntries } from './releaseEntries';
import { emitTestCustomer } from './testRun';

export class JourneyTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Journey Trigger',
		name: 'journeyTrigger',
		icon: { light: 'file:journeyTrigger.svg', dark: 'file:journeyTrigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Starts customers on a journey when something happens, such as a cart being left behind, or when a date comes near',
		eventTriggerDescription: 'Waiting for you to run a test with a test customer',
		activationMessage: 'Customers now enter this journey by themselves.',
		defaults: { name: 'Journey Trigger' },
		usableAsTool: undefined,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['Customers'],
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		triggerPanel: {
			header: 'Try it with a test customer',
			executionsHelp: {
				inactive:
					'<b>While you build</b>, a test run sends one test customer through the journey. Nothing is written to the store.<br /><br /><b>When the workflow is published</b>, every customer with this event enters by itself; those runs are listed under "Executions".',
				active:
					'<b>While you build</b>, a test run sends one test customer through the journey. Nothing is written to the store.<br /><br /><b>This workflow is published</b>: customers with this event enter by themselves; those runs are listed under "Executions".',
			},
			activationHint: 'Publish the workflow to let real customers in.',
		},
		properties,
	};

	methods = { credentialTest: { customerStoreTest }, loadOptions: { getSegments, getLeadScores }, listSearch: { findProducts, findCategories } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		if (this.getMode() === 'manual') return { manualTriggerFunction: async () => await emitTestCustomer(this) };
		return await releaseEntries(this);
	}
}
