import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { isTestRun } from '../../src/n8n/runMode';
import { outputsExpression, subtitleExpression } from './expressions';
import { properties } from './properties';
import { splitItems } from './split';

export class ExperimentSplit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Experiment Split',
		name: 'experimentSplit',
		icon: { light: 'file:experimentSplit.svg', dark: 'file:experimentSplit.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Divides customers between variants and a control group, each for good, to find out what works',
		defaults: { name: 'Experiment Split' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties,
	};

	methods = { credentialTest: { customerStoreTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		return await failClosed(this, { batch: undefined, lists: [[]], outlet: 0 }, async () => await splitItems(this, items, isTestRun(this.getMode())));
	}
}
