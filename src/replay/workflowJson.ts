import { z } from 'zod/v4';
import type { IConnections, INode, IWorkflowBase } from 'n8n-workflow';
import { hashOf } from '../core/hash';
import { JourneyError } from '../core/errors';

/** A workflow file as n8n exports it, as far as running it goes; n8n's own words for its fields. */
const workflowFile = z.looseObject({
	id: z.string().optional(),
	name: z.string().optional(),
	nodes: z
		.array(
			z.looseObject({
				id: z.string().optional(),
				name: z.string().min(1),
				type: z.string().min(1),
				typeVersion: z.number().default(1),
				position: z.array(z.number()).length(2).default([0, 0]),
				parameters: z.record(z.string(), z.unknown()).default({}),
				disabled: z.boolean().optional(),
			}),
		)
		.min(1, 'has no nodes'),
	connections: z.record(z.string(), z.unknown()).default({}),
	settings: z.record(z.string(), z.unknown()).default({}),
});

/**
 * @param json what the file holds
 * @param options.timeZone for a workflow whose settings name none
 * @returns the workflow, complete: nodes without an id get one from their name, the same every time
 * @throws JourneyError `bad_file` naming the field
 */
export function readWorkflow(json: unknown, options: { timeZone?: string } = {}): IWorkflowBase {
	const read = workflowFile.safeParse(json);
	if (!read.success) {
		const issue = read.error.issues[0]!;
		throw new JourneyError('bad_file', `This is not an n8n workflow: ${issue.path.join('.') || 'the file'} ${issue.message}. Export it in the editor with "Download".`, { field: issue.path.join('.') });
	}
	const { id = 'replay', name = 'Replay', nodes, connections, settings } = read.data;
	const repeated = nodes.find((node, index) => nodes.findIndex((other) => other.name === node.name) < index);
	if (repeated) throw new JourneyError('bad_file', `Two nodes of the workflow are called "${repeated.name}": rename one, n8n tells them apart by name.`, { node: repeated.name });
	return {
		id,
		name,
		active: true,
		isArchived: false,
		activeVersionId: 'replay',
		createdAt: new Date(0),
		updatedAt: new Date(0),
		nodes: nodes.map((node) => ({ ...node, id: node.id ?? hashOf('node', node.name), ...patience(node) }) as INode),
		connections: connections as IConnections,
		settings: { ...settings, ...(options.timeZone && !settings.timezone ? { timezone: options.timeZone } : {}) },
	};
}

/** "Retry on fail" sleeps in real time between its tries; a replay tries as often, at once. */
function patience(node: Record<string, unknown>): Record<string, unknown> {
	return node.retryOnFail === true ? { waitBetweenTries: 1 } : {};
}
