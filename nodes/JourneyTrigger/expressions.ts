/** n8n reads this as an expression in the editor: the function sees nothing but its argument. */

interface Form {
	startOn?: string;
	eventType?: string;
	segment?: string;
	fromStage?: string;
	toStage?: string;
	dateOf?: string;
	readyWhen?: string;
	readyBecause?: string;
	leadCrossing?: string;
	figure?: string;
	figureValue?: number;
	figureDirection?: string;
	customerDate?: string;
	purchaseOf?: string;
	purchaseProduct?: { value?: string };
	purchaseCategory?: { value?: string };
}

function subtitle(parameters: Form) {
	switch (parameters.startOn) {
		case 'segmentEntered':
			return `enters ${parameters.segment || 'a segment'}`;
		case 'segmentLeft':
			return `leaves ${parameters.segment || 'a segment'}`;
		case 'stageChanged':
			return `${parameters.fromStage || 'any stage'} to ${parameters.toStage || 'any stage'}`;
		case 'figure':
			return `${{ lifetimeValue: 'lifetime value', ordersInAYear: 'expected orders' }[parameters.figure ?? ''] ?? 'still buys %'} ${parameters.figureDirection === 'up' ? 'reaches' : 'falls below'} ${parameters.figureValue ?? 50}`;
		case 'leadScore':
			return { 'MQL/up': 'a lead becomes warm', 'SQL/up': 'a lead becomes hot', 'MQL/down': 'a lead cools down', 'SQL/down': 'a lead is not hot any more' }[parameters.leadCrossing ?? 'MQL/up'] ?? 'a lead score crosses a threshold';
		case 'becameVip':
			return 'becomes a VIP';
		case 'date':
			if ((parameters.dateOf ?? 'customer') === 'customer' && parameters.customerDate === 'nextPurchase') return `the next purchase${{ each: ' of each product', product: ` of ${parameters.purchaseProduct?.value || 'a product'}`, category: ` from ${parameters.purchaseCategory?.value || 'a category'}` }[parameters.purchaseOf ?? ''] ?? ''} comes near`;
			return `a date of the ${parameters.dateOf || 'customer'} comes near`;
		case 'ready':
			return `ready: ${{ gap: 'a gap opens', level: 'a level is reached', newCategory: 'a new category', repeated: 'again and again', moreOften: 'orders more often', orders: 'so many orders', spend: 'so much spent', upgrade: { successor: 'a successor is out', lifetime: 'a lifetime nears its end' }[parameters.readyBecause ?? ''] ?? 'time for a new one' }[parameters.readyWhen ?? 'gap'] ?? ''}`;
		default:
			return parameters.eventType ? `on ${parameters.eventType}` : '';
	}
}

export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
