import type { INodeTypeDescription } from 'n8n-workflow';

/** n8n reads the two functions as expressions, in the editor as well: they see nothing but their argument. */

interface Form {
	variants?: { variants?: { name?: string; weight?: number }[] };
	controlPercent?: number;
}

/** One output per variant, then *Control*, where there is a control group. */
function outputs(parameters: Form) {
	const variants = parameters.variants?.variants ?? [];
	const names = (variants.length > 0 ? variants : [{ name: 'A' }]).map((variant, index) => variant.name || `Variant ${index + 1}`);
	return [...names, ...(Number(parameters.controlPercent) > 0 ? ['Control'] : [])].map((displayName) => ({ type: 'main', displayName }));
}

/** Shares of all customers: "A 45 % · B 45 % · control 10 %". */
function subtitle(parameters: Form) {
	const variants = parameters.variants?.variants ?? [];
	const control = Number(parameters.controlPercent) || 0;
	const total = variants.reduce((sum, variant) => sum + (Number(variant.weight) || 0), 0);
	const shares = variants.map((variant, index) => `${variant.name || `Variant ${index + 1}`} ${total > 0 ? Math.round(((Number(variant.weight) || 0) / total) * (100 - control)) : 0} %`);
	return [...shares, ...(control > 0 ? [`control ${control} %`] : [])].join(' · ');
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
