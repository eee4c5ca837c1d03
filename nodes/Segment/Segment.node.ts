import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
} from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { failClosed } from '../../src/n8n/failClosed';
import { releaseOf, stepKeyOf } from '../../src/n8n/journeyContext';
import { isTestRun } from '../../src/n8n/runMode';
import { getSegments } from '../../src/n8n/segmentLists';
import { outputsExpression, subtitleExpression } from './expressions';
import { controlRuns } from './control';
import { editRfm } from './editRfm';
import { getCategories, getEventTypes, getRuns, getSize } from './lists';
import { properties } from './properties';
import { showRfmMap } from './rfmMap';
import { routeItems } from './route';
import { saveSegment } from './save';
import { beginRun, releasePage, releaseRuns, tryPage } from './source';

export class Segment implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Segment',
		name: 'segment',
		icon: { light: 'file:segment.svg', dark: 'file:segment.dark.svg' },
		// Two-sided: a run begins by `execute`; its members leave by `trigger` of the same node.
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

	methods = { credentialTest: { customerStoreTest }, loadOptions: { getSegments, getCategories, getEventTypes, getRuns, getSize } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return this.getNode().parameters.operation === 'source' ? await releaseRuns(this) : {};
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as string;
		if (operation === 'save') return await saveSegment(this);
		if (operation === 'runs') return await controlRuns(this);
		if (operation === 'rfm') return await showRfmMap(this);
		if (operation === 'editRfm') return await editRfm(this);
		const items = this.getInputData();
		if (operation === 'source') {
			const batch = isTestRun(this.getMode()) ? undefined : releaseOf(items, stepKeyOf(this.getNode()));
			return await failClosed(this, { batch, lists: [[]], outlet: 0 }, async () => {
				if (isTestRun(this.getMode())) return await tryPage(this);
				return batch ? await releasePage(this, batch) : await beginRun(this);
			});
		}
		// An item that could not be checked is not in the segment.
		return await failClosed(this, { batch: undefined, lists: [[], []], outlet: 1 }, async () => await routeItems(this, items));
	}
}
