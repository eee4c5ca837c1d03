import { consentInput, type ConsentInput } from '../../records';
import type { ColumnSet } from '../columns';
import { RowDraft, type RowContext, type RowReader } from '../rowDraft';

export const consentColumns: ColumnSet = {
	kind: 'consents',
	columns: ['customer_id', 'email', 'phone', 'channel', 'purpose', 'status', 'at', 'source', 'wording', 'wording_text', 'proof', 'expires_at'],
	required: [['customer_id', 'email', 'phone'], ['channel'], ['purpose'], ['status'], ['at']],
};

/** `source` is here the column: where the consent was given, not where the file is from. */
export function consentRows(context: RowContext): RowReader<ConsentInput> {
	return (cells) => {
		const draft = new RowDraft(cells, context);
		return draft.finish(consentInput, {
			ref: draft.ref(),
			channel: cells.channel,
			purpose: cells.purpose,
			status: cells.status,
			at: draft.instant('at'),
			source: cells.source,
			wording: cells.wording,
			wordingText: cells.wording_text,
			proof: cells.proof,
			expiresAt: draft.instant('expires_at'),
		});
	};
}
