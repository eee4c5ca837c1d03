import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../packageVersion';
import type { TemplateProblem } from '../check';
import { isSticky, sourcesOf, type TemplateWorkflow } from '../workflow';

const OUR_PACKAGE = 'n8n-nodes-customer-journeys';

/** Every node comes with n8n or with this package: a template that asks for a third package does not open. */
export function knownNodes(workflow: TemplateWorkflow): TemplateProblem[] {
	const own = ownNodeTypes();
	return workflow.nodes.flatMap((node) => {
		if (/^(n8n-nodes-base|@n8n\/n8n-nodes-langchain)\./.test(node.type) || own.has(node.type)) return [];
		const text = node.type.startsWith(`${OUR_PACKAGE}.`)
			? `This package has no node type "${node.type}": correct it.`
			: `The node type "${node.type}" comes neither with n8n nor with this package: use one that does.`;
		return [{ rule: 'known_nodes', node: node.name, text }];
	});
}

function ownNodeTypes(): Set<string> {
	const { n8n } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { n8n: { nodes: string[] } };
	const names = n8n.nodes.map((file) => /([^/]+)\.node\.js$/.exec(file)?.[1] ?? '');
	return new Set(names.map((name) => `${OUR_PACKAGE}.${name.charAt(0).toLowerCase()}${name.slice(1)}`));
}

/** Wires and names as n8n needs them: it tells nodes apart by name. */
export function wiresLeadToNodes(workflow: TemplateWorkflow): TemplateProblem[] {
	const rule = 'wires';
	const names = new Set<string>();
	const problems: TemplateProblem[] = [];
	for (const { name } of workflow.nodes) {
		if (names.has(name)) problems.push({ rule, node: name, text: 'Two nodes have this name: rename one.' });
		names.add(name);
	}
	for (const [source, kinds] of Object.entries(workflow.connections)) {
		if (!names.has(source)) problems.push({ rule, text: `A wire starts at "${source}", which is no node of this workflow: remove it.` });
		const targets = Object.values(kinds).flatMap((outputs) => outputs.flatMap((links) => links?.map((link) => link.node) ?? []));
		for (const target of targets.filter((name) => !names.has(name))) {
			problems.push({ rule, node: source, text: `A wire leads to "${target}", which is no node of this workflow: remove it.` });
		}
	}
	return problems;
}

/** A node without a wire in is a start; only triggers, webhooks and the like start anything. */
export function reachable(workflow: TemplateWorkflow): TemplateProblem[] {
	return workflow.nodes
		.filter((node) => !isSticky(node) && !/(trigger|webhook)$/i.test(node.type) && sourcesOf(workflow, node.name).length === 0)
		.map((node) => ({ rule: 'reachable', node: node.name, text: 'No wire leads to the node, so it never runs: wire it or remove it.' }));
}
