/** n8n reads this as an expression in the editor: the function sees nothing but its argument. */

interface Form {
	startOn?: string;
	eventType?: string;
	segment?: string;
	fromStage?: string;
	toStage?: string;
	dateOf?: string;
}

function subtitle(parameters: Form) {
	switch (parameters.startOn) {
		case 'segmentEntered':
			return `enters ${parameters.segment || 'a segment'}`;
		case 'segmentLeft':
			return `leaves ${parameters.segment || 'a segment'}`;
		case 'stageChanged':
			return `${parameters.fromStage || 'any stage'} to ${parameters.toStage || 'any stage'}`;
		case 'date':
			return `a date of the ${parameters.dateOf || 'customer'} comes near`;
		default:
			return parameters.eventType ? `on ${parameters.eventType}` : '';
	}
}

export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
