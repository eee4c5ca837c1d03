import { eventInput, type EventInput } from '../../records';
import type { ColumnSet } from '../columns';
import { RowDraft, type RowContext, type RowReader } from '../rowDraft';

export const eventColumns: ColumnSet = {
	kind: 'events',
	columns: ['customer_id', 'email', 'phone', 'type', 'occurred_at', 'event_id', 'properties'],
	required: [['customer_id', 'email', 'phone'], ['type'], ['occurred_at']],
};

export function eventRows(context: RowContext): RowReader<EventInput> {
	return (cells) => {
		const draft = new RowDraft(cells, context);
		return draft.finish(eventInput, {
			ref: draft.ref(),
			type: cells.type,
			occurredAt: draft.instant('occurred_at'),
			eventId: cells.event_id,
			source: context.source,
			properties: cells.properties === undefined ? {} : draft.json('properties'),
		});
	};
}
