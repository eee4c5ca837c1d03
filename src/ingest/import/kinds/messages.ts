import { sentMessageInput, type SentMessageInput } from '../../records';
import type { ColumnSet } from '../columns';
import { RowDraft, type RowContext, type RowReader } from '../rowDraft';

export const messageColumns: ColumnSet = {
	kind: 'messages',
	columns: ['customer_id', 'email', 'phone', 'channel', 'sent_at', 'message_id', 'category', 'class', 'tags'],
	required: [['customer_id', 'email', 'phone'], ['channel'], ['sent_at']],
};

/** A message that was sent, a row each. */
export function messageRows(context: RowContext): RowReader<SentMessageInput> {
	return (cells) => {
		const draft = new RowDraft(cells, context);
		return draft.finish(sentMessageInput, {
			ref: draft.ref(),
			channel: cells.channel,
			sentAt: draft.instant('sent_at'),
			source: context.source,
			messageId: cells.message_id,
			category: cells.category,
			class: cells.class?.toLowerCase(),
			tags: cells.tags,
		});
	};
}
