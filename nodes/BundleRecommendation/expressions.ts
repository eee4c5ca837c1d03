/** n8n reads this as an expression in the editor: the function sees nothing but its argument. */

interface Form {
	offerFor?: string;
	kinds?: string[];
}

/** "for a cart: cross-sell, upsell" */
function subtitle(parameters: Form) {
	const kinds = Array.isArray(parameters.kinds) ? parameters.kinds.join(', ') : '';
	return `${parameters.offerFor === 'cart' ? 'for a cart' : 'for a customer'}${kinds ? `: ${kinds}` : ''}`;
}

export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
