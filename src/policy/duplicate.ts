import { holdsSlot } from './counting';
import type { Touch } from './facts';
import type { ContactRequest } from './request';

/**
 * Check 6 (section 11): another key with the same enrolment, step and visit was already sent or is on its way. A step that
 * sends on several channels makes one request for each, so the channel is part of the comparison (section 3, P11).
 */
export function sentBefore(request: ContactRequest, touches: readonly Touch[], nowMs: number): boolean {
	const { enrolment, step, visit } = request;
	if (enrolment === undefined || step === undefined || visit === undefined) return false;
	return touches.some(
		(touch) =>
			touch.step === step &&
			touch.visit === visit &&
			touch.channel === request.channel &&
			touch.key !== request.key &&
			String(touch.enrolment) === enrolment &&
			holdsSlot(touch, nowMs),
	);
}
