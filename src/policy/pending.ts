import type { Pending } from './facts';
import type { ContactRequest } from './request';

/**
 * A request as one that waits.
 * @param untilMs when it is looked at again
 * @param createdAtMs when it was first asked
 */
export function pendingOf(request: ContactRequest, { untilMs, createdAtMs, channel = request.channel }: { untilMs: number; createdAtMs: number; channel?: string }): Pending {
	const { key, category, tags, journey = null, priority, exempt, counts = null, step = null, value = null, deadline = null } = request;
	return { key, channel, category, tags, class: request.class, journey, priority, exempt, counts, step, value, untilMs, createdAtMs, deadlineMs: deadline, digest: request.onBlock === 'digest' };
}
