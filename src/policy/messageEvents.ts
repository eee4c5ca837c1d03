import type { MessageResultInput } from '../ingest/records';
import type { OwnEvent } from '../ingest/ownEvents';
import type { TouchRow } from '../store/plans/policyPlans';

const SOURCE = 'customer-journeys';

/** Results that say something about the customer. That a letter went out and arrived is the normal case: every letter has it. */
const TOLD: ReadonlySet<MessageResultInput['result']> = new Set(['failed', 'bounced', 'opened', 'clicked', 'unsubscribed', 'complained']);

/**
 * What journeys hear of a message result: the event `message_opened`, `message_clicked`, ... with the message's key, channel
 * and category, and the journey and step that sent it. @returns nothing for results of every letter
 */
export function messageEvents(item: MessageResultInput, touch: TouchRow, index: number): OwnEvent[] {
	if (!TOLD.has(item.result)) return [];
	return [
		{
			index,
			order: 0,
			customerId: touch.customer_id,
			source: SOURCE,
			eventId: `message/${touch.idem_key}/${item.result}/${item.eventId ?? item.at}`,
			type: `message_${item.result}`,
			at: item.at,
			properties: { message_key: touch.idem_key, channel: touch.channel, category: touch.category, journey: touch.journey_key, step: touch.step_key, enrolment: touch.enrolment },
		},
	];
}
