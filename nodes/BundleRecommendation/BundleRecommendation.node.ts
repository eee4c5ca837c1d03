import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { isTestRun } from '../../src/n8n/runMode';
import { subtitleExpression } from './expressions';
import { properties } from './properties';
import { recommendItems } from './recommendItems';

export class BundleRecommendation implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bundle Recommendation',
		name: 'bundleRecommendation',
		icon: { light: 'file:bundleRecommendation.svg', dark: 'file:bundleRecommendation.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Finds what to offer this customer or cart next, when the customer is ready for it, and why, from what the customers of the shop buy together and one after another',
		defaults: { name: 'Bundle Recommendation' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Offer Now', 'Not Yet', 'Nothing Fits'],
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties,
	};

	methods = { credentialTest: { customerStoreTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		return await failClosed(this, { batch: undefined, lists: [[], [], []], outlet: 2 }, async () => await recommendItems(this, items, isTestRun(this.getMode())));
	}
}
