import type { INode, INodeTypeDescription } from 'n8n-workflow';

/** n8n reads the two functions as expressions, in the editor as well: they see nothing but their argument. */

interface Form {
	operation?: string;
	channels?: string[];
	category?: string;
	messageClass?: string;
}

/** *Send*, or *Send: channel* for each of several, then *Blocked*. */
function outputs(parameters: Form) {
	const output = (displayName: string) => ({ type: 'main', displayName });
	if (parameters.operation === 'editPolicy') return [output('Policy')];
	const channels = Array.isArray(parameters.channels) ? parameters.channels : [];
	const names = channels.length > 1 ? channels.map((channel) => `Send: ${channel}`) : ['Send'];
	return [...names.map(output), output('Blocked')];
}

function subtitle(parameters: Form) {
	if (parameters.operation === 'editPolicy') return 'edit company policy';
	const channels = Array.isArray(parameters.channels) ? parameters.channels.join(', ') : '';
	return [channels, parameters.messageClass === 'marketing' ? parameters.category : parameters.messageClass].filter(Boolean).join(' · ');
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;

export function editsPolicy(node: INode): boolean {
	return node.parameters.operation === 'editPolicy';
}
