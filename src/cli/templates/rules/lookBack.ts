import type { TemplateProblem } from '../check';
import { isSticky, ranBefore, type TemplateWorkflow } from '../workflow';

const OTHER_NODE = /\$\(\s*(['"`])((?:\\.|(?!\1).)*)\1\s*\)|\$node\[\s*(['"])((?:\\.|(?!\3).)*)\3\s*\]/g;

/**
 * A customer who leaves a wait starts a new execution there: what ran before it cannot be asked for (n8n.md, "Engine").
 * The item itself carries what later nodes need.
 */
export function looksBackAcrossWait(workflow: TemplateWorkflow): TemplateProblem[] {
	return workflow.nodes
		.filter((node) => !isSticky(node))
		.flatMap((node) => {
			const before = ranBefore(workflow, node.name);
			const names = namesIn(node.parameters).filter((name) => !before.has(name) && name !== node.name);
			return [...new Set(names)].map((name) => ({
				rule: 'looks_back',
				node: node.name,
				text: `It asks for the data of "${name}", which did not run in the same execution (a wait or policy lies between, or no wire): take it from the item, $json.`,
			}));
		});
}

function namesIn(value: unknown): string[] {
	if (typeof value === 'string') return value.startsWith('=') ? [...value.matchAll(OTHER_NODE)].map((match) => (match[2] ?? match[4]) as string) : [];
	if (value === null || typeof value !== 'object') return [];
	return Object.values(value).flatMap(namesIn);
}
