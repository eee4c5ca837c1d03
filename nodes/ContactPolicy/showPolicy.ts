import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { text } from '../../src/n8n/eventFields';
import { toNodeError } from '../../src/n8n/errors';
import { policyShown } from '../../src/n8n/policyShown';
import { withStore } from '../../src/n8n/storeAccess';

/** The policy that is in force, a sentence a rule: once per run however many items came in. */
export async function showPolicy(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const shown = await withStore(context, async (store) => await policyShown(store, text(context.getNodeParameter('policyName', 0, ''))));
		return [[{ json: { ...shown, text: shown.policy.join('\n') }, pairedItem: context.getInputData().map((_, index) => ({ item: index })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}
