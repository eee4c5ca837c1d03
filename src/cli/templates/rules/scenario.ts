import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JourneyError } from '../../../core/errors';
import { compilePolicy } from '../../../policy/policy';
import { readSavedTest, type SavedTest } from '../../../replay/savedTest';
import { parseJson } from '../../json';
import type { TemplateFolder } from '../catalogue';
import type { TemplateProblem } from '../check';
import type { TemplateWorkflow } from '../workflow';

const rule = 'scenario';

/**
 * The saved test can be read, expects something, and names what the workflow has.
 * @param workflow absent when it cannot be read, which is another rule's problem
 */
export function scenarioFits({ folder }: TemplateFolder, workflow: TemplateWorkflow | undefined): TemplateProblem[] {
	const file = join(folder, 'scenario.json');
	if (!existsSync(file)) return [{ rule, text: 'scenario.json is missing: a template without its saved test cannot be trusted.' }];
	const json = parseJson(readFileSync(file, 'utf8'));
	if ('problem' in json) return [{ rule, text: `scenario.json ${json.problem}.` }];
	try {
		const test = readSavedTest(json.value, 'scenario.json');
		if (test.policy !== undefined) compilePolicy(test.policy);
		return [...expectsSomething(test), ...(workflow ? namesNodes(test, workflow) : [])];
	} catch (error) {
		if (error instanceof JourneyError) return [{ rule, text: error.message }];
		throw error;
	}
}

function expectsSomething(test: SavedTest): TemplateProblem[] {
	if (test.expect.some((one) => 'template' in one) || test.afterwards.length > 0) return [];
	return [{ rule, text: 'scenario.json expects no message at all and nothing of the store afterwards, so it passes whatever the workflow does: expect at least one.' }];
}

function namesNodes(test: SavedTest, workflow: TemplateWorkflow): TemplateProblem[] {
	const names = new Set(workflow.nodes.map((node) => node.name));
	const wanted = new Set(test.expect.flatMap((one) => ('template' in one ? [one.template] : [])));
	const called = new Set(test.steps.flatMap((one) => (one.kind === 'webhook' ? [one.webhook.node] : [])));
	const missing = (nodes: Set<string>, what: string) => [...nodes].filter((name) => !names.has(name)).map((name) => ({ rule, text: `scenario.json ${what} "${name}", which is no node of the workflow.` }));
	return [...missing(wanted, 'expects messages of'), ...missing(called, 'sends something to')];
}
