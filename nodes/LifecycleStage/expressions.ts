import type { INodeParameters, INodeTypeDescription } from 'n8n-workflow';

/** n8n reads the two functions as expressions, in the editor as well: they see nothing but their argument. */

interface Form {
	operation?: string;
	stages?: string[];
	vipFirst?: boolean;
}

/** *VIP* where they have an output of their own, one per stage chosen, then *Other*. */
function outputs(parameters: Form) {
	const output = (displayName: string) => ({ type: 'main', displayName });
	if (parameters.operation === 'edit' || parameters.operation === 'show') return [output('Stages')];
	const stages = Array.isArray(parameters.stages) ? parameters.stages : [];
	return [...(parameters.vipFirst === true ? ['VIP'] : []), ...stages.map((stage) => stage.charAt(0).toUpperCase() + stage.slice(1)), 'Other'].map(output);
}

function subtitle(parameters: Form) {
	if (parameters.operation === 'edit') return 'edit stages';
	if (parameters.operation === 'show') return 'show stages';
	return [...(parameters.vipFirst === true ? ['VIP'] : []), ...(Array.isArray(parameters.stages) ? parameters.stages : [])].join(' · ');
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;

/** Place of the last output. */
export function otherOutput(parameters: INodeParameters): number {
	const { stages = [], vipFirst = false } = parameters as { stages?: string[]; vipFirst?: boolean };
	return (vipFirst ? 1 : 0) + stages.length;
}
