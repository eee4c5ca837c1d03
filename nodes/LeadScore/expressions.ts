import type { INodeTypeDescription } from 'n8n-workflow';

/** n8n reads the functions as expressions, in the editor as well: they see nothing but their argument. */

interface Form {
	operation?: string;
	score?: string;
	scoreName?: string;
	mql?: number;
	sql?: number;
}

function outputs(parameters: Form) {
	return ((parameters.operation ?? 'route') === 'route' ? ['Hot', 'Warm', 'Cold'] : [parameters.operation === 'check' ? 'Report' : 'Rules']).map((displayName) => ({ type: 'main', displayName }));
}

function subtitle(parameters: Form) {
	if (parameters.operation === 'editRules') return `edit ${parameters.scoreName || 'the rules'}: warm from ${parameters.mql ?? 25}, hot from ${parameters.sql ?? 50}`;
	const named = parameters.score && parameters.score !== 'default' ? parameters.score : 'the lead score';
	return parameters.operation === 'check' ? `check ${named}` : `by ${named}`;
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
