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
import { releaseStep } from '../../src/n8n/stepTrigger';
import { outputsExpression, subtitleExpression } from './expressions';
import { park } from './park';
import { passAtOnce } from './passAtOnce';
import { outputsOf } from './outputs';
import { properties } from './properties';
import { changedWait } from './recompute';
import { release } from './release';

export class JourneyWait implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Journey Wait',
		name: 'journeyWait',
		icon: { light: 'file:journeyWait.svg', dark: 'file:journeyWait.dark.svg' },
		// Two-sided: customers come in by `execute` and leave, when their wait is over, by `trigger` of the same node.
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression,
		description: 'Keeps customers until a time, a date, or until something happens, at no cost while they wait',
		defaults: { name: 'Journey Wait' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties,
	};

	methods = { credentialTest: { customerStoreTest } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await releaseStep(this, { kind: 'wait', stepKey: stepKeyOf(this.getNode()), wait: changedWait(this) });
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const tried = isTestRun(this.getMode());
		const batch = tried ? undefined : releaseOf(items, stepKeyOf(this.getNode()));
		return await failClosed(this, { batch, lists: outputsOf(this).lists(), outlet: 0 }, async () => {
			if (tried) return await passAtOnce(this, items);
			return batch ? await release(this, batch) : await park(this, items);
		});
	}
}
