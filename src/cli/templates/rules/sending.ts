import type { TemplateProblem } from '../check';
import { isContactPolicy, isCustomerData, isSendEmail, ranBefore, targetsOf, type TemplateNode, type TemplateWorkflow } from '../workflow';
import { parameterOf } from './keys';

/** Letters to customers go out only through Contact Policy, can be unsubscribed from, and report what became of them. */
export function sendsSafely(workflow: TemplateWorkflow): TemplateProblem[] {
	return workflow.nodes.filter((node) => isSendEmail(node) && goesToCustomer(node)).flatMap((node) => problemsOf(workflow, node));
}

/** A letter to the shop's own people (a task for a manager) needs neither policy nor unsubscribe link. */
function goesToCustomer(node: TemplateNode): boolean {
	const to = node.parameters.toEmail;
	return typeof to !== 'string' || /customer[\s\S]*email/i.test(to) || /\$json\.email/.test(to);
}

function problemsOf(workflow: TemplateWorkflow, node: TemplateNode): TemplateProblem[] {
	const problems: TemplateProblem[] = [];
	const complain = (rule: string, text: string) => problems.push({ rule, node: node.name, text });
	const before = ranBefore(workflow, node.name);
	if (!workflow.nodes.some((other) => isContactPolicy(other) && before.has(other.name))) {
		complain('through_policy', 'The letter is sent without asking Contact Policy: put a Contact Policy node before it and wire its "Send" output here.');
	}
	if (!bodyOf(node).includes('unsubscribeUrl') && !isTransactional(workflow, before)) {
		complain('unsubscribe_link', 'The letter has no unsubscribe link: put {{ $json.policy.unsubscribeUrl }} into its body.');
	}
	if (node.onError !== 'continueErrorOutput') {
		complain('error_output', 'One bad address would stop the whole run: set "On Error" to "Continue (using error output)".');
	} else if (!reports(workflow, node, 1, 'failed')) {
		complain('error_output', 'A letter that failed would count as sent: wire the error output to Customer Data > Message > Record result with the result "failed".');
	}
	if (!reports(workflow, node, 0, 'sent')) {
		complain('reports_sent', 'Nobody learns that the letter went out, so it stays listed as unknown after a crash: wire the first output to Customer Data > Message > Record result with the result "sent".');
	}
	if (parameterOf(node, 'appendAttribution') !== false) {
		complain('no_attribution', 'n8n would add a line of its own to the letter: switch "Append n8n Attribution" off.');
	}
	return problems;
}

/** A confirmation or receipt is nobody's to unsubscribe from. */
function isTransactional(workflow: TemplateWorkflow, before: ReadonlySet<string>): boolean {
	const policies = workflow.nodes.filter((other) => isContactPolicy(other) && before.has(other.name));
	return policies.length > 0 && policies.every((policy) => policy.parameters.messageClass === 'transactional');
}

function bodyOf(node: TemplateNode): string {
	return [node.parameters.text, node.parameters.html].filter((part) => typeof part === 'string').join('\n');
}

function reports(workflow: TemplateWorkflow, node: TemplateNode, output: number, result: 'sent' | 'failed'): boolean {
	const targets = targetsOf(workflow, node.name, output);
	return workflow.nodes.some((other) => targets.includes(other.name) && isCustomerData(other) && other.parameters.resource === 'message' && gives(other, result));
}

/**
 * The result is fixed, or an expression can give it. n8n leaves out of an export what is at its default, which is `sent`;
 * and it lets the input through by the first output when the mail node as a whole failed (no credential), so that an
 * expression there is the better choice: `{{ $json.policy ? 'failed' : 'sent' }}`.
 */
function gives(node: TemplateNode, result: string): boolean {
	const written = node.parameters.messageResult ?? 'sent';
	return written === result || (typeof written === 'string' && written.startsWith('=') && written.includes(`'${result}'`));
}
