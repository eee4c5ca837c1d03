import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from '../../src/n8n/errors';
import { text } from '../../src/n8n/eventFields';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';
import { rulesOf } from '../../src/n8n/leadForm';
import { withStore } from '../../src/n8n/storeAccess';
import { leadRules } from '../../src/scoring/rules';
import { ruleChanges, rulesInWords } from '../../src/scoring/rulesInWords';

const LABELS: FormLabels = {
	'actions.eventType': 'What a Lead Does: Event Type',
	'actions.points': 'What a Lead Does: Points',
	'actions.halfLifeDays': 'What a Lead Does: Worth Half After (Days)',
	'actions.most': 'What a Lead Does: At Most (Points)',
	actions: 'What a Lead Does',
	'facts.conditions': 'Who a Lead Is: Field',
	'facts.points': 'Who a Lead Is: Points',
	facts: 'Who a Lead Is',
	mql: 'Warm From (Points)',
	sql: 'Hot From (Points)',
};

/** Saves the form as the rules of the score, once per run however many items came in, and says what changed. */
export async function saveRules(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const form = { actions: context.getNodeParameter('actions', 0, {}), facts: context.getNodeParameter('facts', 0, {}), mql: context.getNodeParameter('mql', 0), sql: context.getNodeParameter('sql', 0) };
		const { name, version, result, rules, before } = await withStore(
			context,
			async (store) => await store.run('leads.save', { name: text(context.getNodeParameter('scoreName', 0, '')) || undefined, rules: readForm(leadRules, rulesOf(form), LABELS), savedBy: `workflow ${context.getWorkflow().name ?? ''}`.trim() }),
		);
		const changes = ruleChanges(before, rules);
		const json = {
			score: name,
			result: result === 'saved' ? 'saved: holds wherever this score is used' : 'unchanged: these rules were in force already',
			version,
			changes: result === 'saved' && changes.length === 0 ? ['These are the rules that every store starts with.'] : changes,
			rules: rulesInWords(rules),
		};
		return [[{ json, pairedItem: context.getInputData().map((_, index) => ({ item: index })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}
