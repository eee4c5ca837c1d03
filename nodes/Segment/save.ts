import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from '../../src/n8n/errors';
import { countMembers, sizeInWords } from '../../src/n8n/segmentSize';
import { withStore } from '../../src/n8n/storeAccess';
import { rulesOf } from './settings';

/** Saves the conditions under a name, once per run however many items came in, and says who is in. */
export async function saveSegment(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const rules = rulesOf(context);
		const json = await withStore(context, async (store): Promise<IDataObject> => {
			const { name, version, words, result, warnings } = await store.run('segments.save', { name: context.getNodeParameter('segmentName', 0) as string, rules, savedBy: `workflow ${context.getWorkflow().name ?? ''}`.trim() });
			const size = await countMembers(store, { name });
			for (const message of warnings) context.addExecutionHints({ message, location: 'outputPane' });
			return { segment: name, version, result, who: words, members: size.members, customers: size.customers, size: sizeInWords(size) };
		});
		return [[{ json, pairedItem: context.getInputData().map((_, index) => ({ item: index })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}
