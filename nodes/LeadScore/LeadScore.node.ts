import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { getLeadScores } from '../../src/n8n/leadLists';
import { checkScore } from './check';
import { outputsExpression, subtitleExpression } from './expressions';
import { properties } from './properties';
import { COLD, routeItems } from './route';
import { saveRules } from './save';

export class LeadScore implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Lead Score',
		name: 'leadScore',
		icon: { light: 'file:leadScore.svg', dark: 'file:leadScore.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Tells who is ready to buy: points for what a customer does and is, which fade with time, and why',
		defaults: { name: 'Lead Score' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties,
	};

	methods = { credentialTest: { customerStoreTest }, loadOptions: { getLeadScores } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as string;
		if (operation === 'check') return await checkScore(this);
		if (operation === 'editRules') return await saveRules(this);
		const items = this.getInputData();
		// Whoever could not be scored is not ready to buy.
		return await failClosed(this, { batch: undefined, lists: [[], [], []], outlet: COLD }, async () => await routeItems(this, items));
	}
}
