import type { INode, INodeTypeDescription } from 'n8n-workflow';

/** n8n reads the two functions as expressions, in the editor as well: they see nothing but their argument. */

interface Form {
	operation?: string;
	channels?: string[];
	category?: string;
	messageClass?: string;
	onBlock?: string;
	options?: { goesOn?: boolean; policyName?: string; urgent?: boolean };
	policyName?: string;
}

/** *Send*, or *Send: channel* for each of several, then *Blocked*, and *Later* where the journey goes on meanwhile. */
function outputs(parameters: Form) {
	const output = (displayName: string) => ({ type: 'main', displayName });
	if (parameters.operation === 'editPolicy' || parameters.operation === 'showPolicy') return [output('Policy')];
	const channels = Array.isArray(parameters.channels) ? parameters.channels : [];
	const names = channels.length > 1 ? channels.map((channel) => `Send: ${channel}`) : ['Send'];
	return [...names.map(output), output('Blocked'), ...(parameters.options?.goesOn === true ? [output('Later')] : [])];
}

function subtitle(parameters: Form) {
	if (parameters.operation === 'editPolicy') return parameters.policyName ? `edit policy ${parameters.policyName}` : 'edit company policy';
	if (parameters.operation === 'showPolicy') return parameters.policyName ? `show policy ${parameters.policyName}` : 'show company policy';
	const channels = Array.isArray(parameters.channels) ? parameters.channels.join(', ') : '';
	const kind = parameters.messageClass === 'marketing' ? parameters.category : `${parameters.options?.urgent === true ? 'urgent ' : ''}${parameters.messageClass}`;
	const held = { drop: 'now or never', digest: 'as one', fallback: 'first that may' }[parameters.onBlock ?? ''];
	return [channels, kind, held, parameters.options?.policyName].filter(Boolean).join(' · ');
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;

/** Anything else is about the policy itself, and holds nobody. */
export function checksMessages(node: INode): boolean {
	return node.parameters.operation !== 'editPolicy' && node.parameters.operation !== 'showPolicy';
}
