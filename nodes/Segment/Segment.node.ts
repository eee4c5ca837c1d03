import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { getSegments } from '../../src/n8n/segmentLists';
import { outputsExpression, subtitleExpression } from './expressions';
import { getCategories, getEventTypes, getSize } from './lists';
import { properties } from './properties';
import { routeItems } from './route';
import { saveSegment } from './save';

export class Segment implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Segment',
		name: 'segment',
		icon: { light: 'file:segment.svg', dark: 'file:segment.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Finds the customers who are meant: by what they bought and did, who they are, and what they are worth',
		defaults: { name: 'Segment' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties,
	};

	methods = { credentialTest: { customerStoreTest }, loadOptions: { getSegments, getCategories, getEventTypes, getSize } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as string;
		if (operation === 'save') return await saveSegment(this);
		const items = this.getInputData();
		// An item that could not be checked is not in the segment.
		return await failClosed(this, { batch: undefined, lists: [[], []], outlet: 1 }, async () => await routeItems(this, items));
	}
}
