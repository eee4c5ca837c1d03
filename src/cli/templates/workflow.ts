import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v4';
import { JourneyError } from '../../core/errors';
import { parseJson } from '../json';
import type { TemplateFolder } from './catalogue';

/** What the checks read of an exported workflow; n8n's own words. Everything else is kept as it is. */
const link = z.looseObject({ node: z.string(), index: z.number().default(0) });
const node = z.looseObject({
	name: z.string().min(1),
	type: z.string().min(1),
	parameters: z.record(z.string(), z.unknown()).default({}),
	credentials: z.unknown().optional(),
	webhookId: z.unknown().optional(),
	onError: z.string().optional(),
});
const workflow = z.looseObject({
	name: z.string().min(1),
	active: z.boolean().optional(),
	nodes: z.array(node).min(1),
	/** source node -> kind (`main`) -> output -> targets; an output without a wire may be null */
	connections: z.record(z.string(), z.record(z.string(), z.array(z.array(link).nullable()))).default({}),
	settings: z.record(z.string(), z.unknown()).default({}),
	pinData: z.record(z.string(), z.unknown()).nullish(),
	meta: z.record(z.string(), z.unknown()).nullish(),
});
export type TemplateWorkflow = z.output<typeof workflow>;
export type TemplateNode = z.output<typeof node>;

/** @throws JourneyError `bad_file` when workflow.json is missing or is no workflow */
export function readTemplateWorkflow({ folder, slug }: TemplateFolder): TemplateWorkflow {
	const file = join(folder, 'workflow.json');
	if (!existsSync(file)) throw new JourneyError('bad_file', `The template ${slug} has no workflow.json.`);
	const json = parseJson(readFileSync(file, 'utf8'));
	if ('problem' in json) throw new JourneyError('bad_file', `workflow.json of ${slug} ${json.problem}.`);
	const read = workflow.safeParse(json.value);
	if (read.success) return read.data;
	const issue = read.error.issues[0];
	throw new JourneyError('bad_file', `workflow.json of ${slug} is no n8n workflow: ${issue?.path.join('.') || 'the file'}: ${issue?.message}.`);
}

const OUR_PACKAGE = 'n8n-nodes-customer-journeys';
const ours = (name: string) => (node: TemplateNode) => node.type === `${OUR_PACKAGE}.${name}`;

export const isJourneyTrigger = ours('journeyTrigger');
export const isJourneyWait = ours('journeyWait');
export const isContactPolicy = ours('contactPolicy');
export const isCustomerData = ours('customerData');
export const isSticky = (node: TemplateNode) => node.type === 'n8n-nodes-base.stickyNote';
export const isSendEmail = (node: TemplateNode) => node.type === 'n8n-nodes-base.emailSend';
/** An execution starts at these, so nothing that ran before them can be asked for after them. */
const startsExecutions = (node: TemplateNode) => isJourneyTrigger(node) || isJourneyWait(node) || isContactPolicy(node);

/** Names of the nodes that an output of a node leads to. */
export function targetsOf(workflow: TemplateWorkflow, name: string, output: number): string[] {
	return (workflow.connections[name]?.main?.[output] ?? []).map((link) => link.node);
}

/** Names of the nodes that lead to a node, whatever the kind of wire. */
export function sourcesOf(workflow: TemplateWorkflow, name: string): string[] {
	return Object.entries(workflow.connections)
		.filter(([, kinds]) => Object.values(kinds).some((outputs) => outputs.some((links) => links?.some((link) => link.node === name))))
		.map(([source]) => source);
}

/**
 * The nodes that ran before a node in the same execution: backwards along the wires up to and including the nearest
 * nodes that start executions.
 */
export function ranBefore(workflow: TemplateWorkflow, name: string): Set<string> {
	const starters = new Set(workflow.nodes.filter(startsExecutions).map((node) => node.name));
	const reached = new Set<string>();
	const look = [name];
	for (let current = look.pop(); current !== undefined; current = look.pop()) {
		for (const source of sourcesOf(workflow, current)) {
			if (reached.has(source)) continue;
			reached.add(source);
			if (!starters.has(source)) look.push(source);
		}
	}
	return reached;
}
