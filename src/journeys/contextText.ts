import { JourneyError } from '../core/errors';
import { CONTEXT_LIMIT_BYTES } from './item';

/**
 * What is kept of an item while its customer waits.
 * @throws JourneyError `context_too_large` (J53)
 */
export function contextText(own: Record<string, unknown>): string {
	const text = JSON.stringify(own);
	const bytes = Buffer.byteLength(text);
	if (bytes <= CONTEXT_LIMIT_BYTES) return text;
	throw new JourneyError('context_too_large', `This item carries ${Math.ceil(bytes / 1024)} KiB; at most ${CONTEXT_LIMIT_BYTES / 1024} KiB can wait. Remove fields that later steps do not need (Edit Fields before this node).`, { bytes });
}
