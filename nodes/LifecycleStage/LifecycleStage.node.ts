import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { editStages, showStages } from './cutOffs';
import { otherOutput, outputsExpression, subtitleExpression } from './expressions';
import { properties } from './properties';
import { routeByStage } from './route';

export class LifecycleStage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Lifecycle Stage',
		name: 'lifecycleStage',
		icon: { light: 'file:lifecycleStage.svg', dark: 'file:lifecycleStage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Says which stage each customer is in by the rhythm of their own orders, from lead over active and dormant to churned, and sends them different ways',
		defaults: { name: 'Lifecycle Stage' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties,
	};

	methods = { credentialTest: { customerStoreTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0);
		if (operation === 'edit') return await editStages(this);
		if (operation === 'show') return await showStages(this);
		const items = this.getInputData();
		// Whoever could not be looked at leaves by the last output, as those of another stage do.
		const outlet = otherOutput(this.getNode().parameters);
		return await failClosed(this, { batch: undefined, lists: Array.from({ length: outlet + 1 }, () => []), outlet }, async () => await routeByStage(this, items));
	}
}
