import { formatAmountE4 } from '../../core/money';
import { answerOf } from '../../policy/storedAnswer';
import { requestOf } from '../../policy/storedRequest';
import type { Row } from '../../store/port';

/** Numbers of rows and folded texts for searching: they say nothing about anybody. */
const INTERNAL = new Set(['id', 'seq', 'customer_id', 'origin_id', 'find_ids', 'find_name', 'row_version', 'body_hash', 'import_run', 'merged_into', 'order_ref', 'refund_of', 'times_in_run', 'times_before_run', 'touch_seq', 'step_id', 'enrolment_id', 'offer_key', 'code_key', 'issue_key']);
const JSON_TEXTS = new Set(['attributes', 'field_times', 'properties', 'tags', 'exempt', 'spec', 'item', 'event']);

/**
 * A row of the store as a person reads it: camelCase, instants as ISO with Z, money as decimal strings, JSON opened. It
 * knows columns by how they are named, so that one which is added later is exported as well.
 */
export function plainRow(row: Row): Record<string, unknown> {
	const plain: Record<string, unknown> = {};
	for (const [column, value] of Object.entries(row)) {
		if (INTERNAL.has(column)) continue;
		if (column.endsWith('_e4')) plain[camelCase(column.slice(0, -3))] = typeof value === 'number' ? formatAmountE4(value) : null;
		else if (isInstant(column) && typeof value === 'number') plain[column === 'ts' ? 'at' : camelCase(column)] = new Date(value).toISOString();
		else if (column === 'answer') plain.answer = answerOf(value as string);
		else if (column === 'request') plain.request = requestOf(row as { idem_key: string; customer_key: string; request: string });
		else if (JSON_TEXTS.has(column) && typeof value === 'string') plain[camelCase(column)] = opened(column, JSON.parse(value));
		else plain[camelCase(column)] = value;
	}
	return plain;
}

/** Instants of figures that read better without `_at`. */
const INSTANTS = new Set(['at', 'ts', 'as_of', 'next_from', 'next_until', 'stage_since', 'stage_pending_since', 'ready_from', 'ready_until', 'respond_until']);
const isInstant = (column: string) => INSTANTS.has(column) || column.endsWith('_at');

const camelCase = (column: string) => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Times of fields are instants too. */
function opened(column: string, value: unknown): unknown {
	if (column !== 'field_times') return value;
	return Object.fromEntries(Object.entries(value as Record<string, number>).map(([field, at]) => [field, new Date(at).toISOString()]));
}
