import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from '../../src/n8n/errors';
import { policyChanges, policyInWords } from '../../src/n8n/policyChanges';
import { policyOf, type PolicyForm } from '../../src/n8n/policyForm';
import { withStore } from '../../src/n8n/storeAccess';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { COMPANY_POLICY } from '../../src/policy/policies';

const FIELDS: (keyof PolicyForm)[] = ['hasLimits', 'limits', 'minGapHours', 'hasQuietHours', 'quietHours', 'blackoutDates', 'requireConsent', 'storeZone', 'unknownZone', 'weekStart', 'jitterMinutes'];

/** Saves the form as the company policy, once per run however many items came in, and says what changed. */
export async function saveCompanyPolicy(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// A list that is switched off is not among the parameters.
	const form = Object.fromEntries(FIELDS.map((field) => [field, context.getNodeParameter(field, 0, {})])) as unknown as PolicyForm;
	try {
		const item = await withStore(context, async (store) => {
			const before = (await store.run('policy.get', { name: COMPANY_POLICY }))?.body ?? { ...defaultPolicy, storeZone: (await store.run('store.settings', {})).zone };
			// What the form does not show (send windows, channel capacity) stays as it is.
			const { version: _version, ...kept } = before as Record<string, unknown>;
			const body = { ...kept, ...policyOf(form, context.getTimezone()) };
			const { result, version } = await store.run('policy.save', { name: COMPANY_POLICY, body, savedBy: `workflow ${context.getWorkflow().name ?? ''}`.trim() });
			const changes = policyChanges(before, body);
			return {
				result: result === 'saved' ? 'saved: holds for all journeys from now on' : 'unchanged: this policy was in force already',
				version,
				changes: result === 'saved' && changes.length === 0 ? ['This is the policy that every new store starts with.'] : changes,
				policy: policyInWords(body),
			};
		});
		return [[{ json: item, pairedItem: context.getInputData().map((_, index) => ({ item: index })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}
