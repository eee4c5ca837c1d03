import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../src/core/attempt';
import { JourneyError } from '../../src/core/errors';
import { text } from '../../src/n8n/eventFields';
import { toNodeError } from '../../src/n8n/errors';
import { policyChanges, policyInWords } from '../../src/n8n/policyChanges';
import { policyOf, type PolicyForm } from '../../src/n8n/policyForm';
import { withStore } from '../../src/n8n/storeAccess';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { COMPANY_POLICY } from '../../src/policy/policies';

const FIELDS: (keyof PolicyForm)[] = ['hasLimits', 'limits', 'minGapHours', 'hasQuietHours', 'quietHours', 'blackoutDates', 'requireConsent', 'storeZone', 'unknownZone', 'weekStart', 'jitterMinutes', 'sendWindows', 'channelCapacity', 'controlPercent', 'ageing', 'off', 'clickHosts'];

/** Saves the form as the company policy, once per run however many items came in, and says what changed. */
export async function saveCompanyPolicy(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const item = await withStore(context, async (store) => {
			const name = text(context.getNodeParameter('policyName', 0, '')) || COMPANY_POLICY;
			const before = (await store.run('policy.get', { name }))?.body ?? { ...defaultPolicy, storeZone: (await store.run('store.settings', {})).zone };
			const body = policyWanted(context, before as Record<string, unknown>);
			const { result, version } = await store.run('policy.save', { name, body, savedBy: `workflow ${context.getWorkflow().name ?? ''}`.trim() });
			const changes = policyChanges(before, body);
			return {
				name,
				result: result === 'saved' ? savedWords(name) : 'unchanged: this policy was in force already',
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

/** @throws JourneyError bad_input when the JSON is no object */
function policyWanted(context: IExecuteFunctions, before: Record<string, unknown>): Record<string, unknown> {
	if (context.getNodeParameter('editAs', 0, 'form') === 'json') return readJson(context.getNodeParameter('policyJson', 0, ''));
	// A list that is switched off is not among the parameters.
	const form = Object.fromEntries(FIELDS.map((field) => [field, context.getNodeParameter(field, 0, {})])) as unknown as PolicyForm;
	// What the form does not show stays as it is.
	const { version: _version, ...kept } = before;
	return { ...kept, ...policyOf(form, context.getTimezone()) };
}

function readJson(value: unknown): Record<string, unknown> {
	const read = typeof value === 'string' ? attempt(() => JSON.parse(value) as unknown) : { ok: true as const, value };
	if (read.ok && typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value)) return read.value as Record<string, unknown>;
	throw new JourneyError('bad_input', '"Policy as JSON" is no JSON object: paste a whole policy, from { to }.', { field: 'Policy as JSON' });
}

function savedWords(name: string): string {
	return name === COMPANY_POLICY ? 'saved: holds for all journeys from now on' : `saved: holds from now on where Contact Policy names "${name}"`;
}
