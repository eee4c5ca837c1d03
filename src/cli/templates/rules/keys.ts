import type { TemplateProblem } from '../check';
import { isContactPolicy, isJourneyTrigger, isJourneyWait, type TemplateNode, type TemplateWorkflow } from '../workflow';

/**
 * Journeys and steps are found again by their keys. The defaults are ids that the editor makes anew at every import and
 * paste, so that customers under way would be lost when a template is updated (journeys.md J28).
 */
export function journeyKeys(workflow: TemplateWorkflow): TemplateProblem[] {
	return workflow.nodes.filter(isJourneyTrigger).flatMap((node) => keyProblems('journey_key', node, 'journeyKey', 'Journey key'));
}

export function stepKeys(workflow: TemplateWorkflow): TemplateProblem[] {
	const rule = 'step_key';
	const steps = workflow.nodes.filter((node) => isJourneyWait(node) || isContactPolicy(node));
	const problems = steps.flatMap((node) => keyProblems(rule, node, 'stepKey', 'Step key'));
	const firstWith = new Map<unknown, string>();
	for (const node of steps) {
		const key = parameterOf(node, 'stepKey');
		const other = firstWith.get(key);
		if (typeof key === 'string' && key !== '' && other !== undefined) {
			problems.push({ rule, node: node.name, text: `Its Step key "${key}" is also that of "${other}": give each step a key of its own.` });
		}
		firstWith.set(key, other ?? node.name);
	}
	return problems;
}

function keyProblems(rule: string, node: TemplateNode, parameter: string, label: string): TemplateProblem[] {
	const key = parameterOf(node, parameter);
	if (typeof key !== 'string' || key.trim() === '') return [{ rule, node: node.name, text: `It has no ${label}: write one, such as "abandoned-cart-wait".` }];
	if (key.startsWith('=')) return [{ rule, node: node.name, text: `Its ${label} is an expression and may change: write a fixed word.` }];
	return [];
}

/** A setting of a node, at the top or inside one of its collections. */
export function parameterOf(node: TemplateNode, name: string): unknown {
	const inside = (value: unknown): unknown => {
		if (value === null || typeof value !== 'object') return undefined;
		if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name];
		for (const inner of Object.values(value)) {
			const found = inside(inner);
			if (found !== undefined) return found;
		}
		return undefined;
	};
	return inside(node.parameters);
}
