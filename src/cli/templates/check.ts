import { JourneyError } from '../../core/errors';
import type { TemplateFolder } from './catalogue';
import { filesComplete } from './rules/files';
import { journeyKeys, stepKeys } from './rules/keys';
import { knownNodes, reachable, wiresLeadToNodes } from './rules/graph';
import { looksBackAcrossWait } from './rules/lookBack';
import { scenarioFits } from './rules/scenario';
import { strippedOfInstance } from './rules/stripped';
import { sendsSafely } from './rules/sending';
import { stickyNotes } from './rules/stickyNotes';
import { readTemplateWorkflow, type TemplateWorkflow } from './workflow';

/** What is wrong with a template, and what to do about it. */
export interface TemplateProblem {
	/** short stable name of the rule */
	rule: string;
	/** name of the node on the canvas, where one is to blame */
	node?: string;
	/** one sentence */
	text: string;
}

export type WorkflowRule = (workflow: TemplateWorkflow) => TemplateProblem[];

/** In the order in which a person would mend them. */
const workflowRules: readonly WorkflowRule[] = [
	strippedOfInstance,
	executionsNotKept,
	knownNodes,
	wiresLeadToNodes,
	reachable,
	journeyKeys,
	stepKeys,
	looksBackAcrossWait,
	sendsSafely,
	stickyNotes,
];

/** Every problem of a template: its files, then its workflow (scenarios.md, n8n.md "Templates"). */
export function checkTemplate(template: TemplateFolder): TemplateProblem[] {
	const problems = filesComplete(template);
	const read = readable(template);
	if ('problem' in read) return [...problems, ...scenarioFits(template, undefined), read.problem];
	return [...problems, ...scenarioFits(template, read.workflow), ...workflowRules.flatMap((rule) => rule(read.workflow))];
}

function readable(template: TemplateFolder): { workflow: TemplateWorkflow } | { problem: TemplateProblem } {
	try {
		return { workflow: readTemplateWorkflow(template) };
	} catch (error) {
		if (error instanceof JourneyError) return { problem: { rule: 'workflow', text: error.message } };
		throw error;
	}
}

/** n8n keeps every item of every execution otherwise: each address of each mailing, for weeks. */
function executionsNotKept(workflow: TemplateWorkflow): TemplateProblem[] {
	if (workflow.settings.saveDataSuccessExecution === 'none') return [];
	return [{ rule: 'executions_not_kept', text: 'The workflow keeps the data of successful executions: set "Save successful production executions" to "Do not save".' }];
}
