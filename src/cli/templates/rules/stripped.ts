import type { TemplateProblem } from '../check';
import type { TemplateWorkflow } from '../workflow';

/** What n8n exports belongs to one instance in part: ids of credentials and webhooks, the instance's own id, pinned data. */
export function strippedOfInstance(workflow: TemplateWorkflow): TemplateProblem[] {
	const rule = 'stripped';
	const problems: TemplateProblem[] = [];
	for (const node of workflow.nodes) {
		if (node.credentials !== undefined) problems.push({ rule, node: node.name, text: 'The node names a credential of another instance: remove "credentials".' });
		if (node.webhookId !== undefined) problems.push({ rule, node: node.name, text: 'The node carries a webhook id of another instance: remove "webhookId".' });
	}
	if (workflow.meta?.instanceId !== undefined) problems.push({ rule, text: 'The workflow names the instance it comes from: remove "meta.instanceId".' });
	if (Object.keys(workflow.pinData ?? {}).length > 0) problems.push({ rule, text: 'The workflow holds pinned data, which may be personal: remove "pinData".' });
	for (const key of ['staticData', 'shared', 'versionId', 'id']) {
		if (workflow[key] !== undefined && workflow[key] !== null) problems.push({ rule, text: `The workflow holds "${key}" of another instance: remove it.` });
	}
	if (workflow.active === true) problems.push({ rule, text: 'The workflow would be switched on by its import: remove "active", or set it to false.' });
	if (workflow.meta?.templateCredsSetupCompleted !== false) {
		problems.push({ rule, text: 'The editor would not offer to set credentials up: set "meta.templateCredsSetupCompleted" to false.' });
	}
	return problems;
}
