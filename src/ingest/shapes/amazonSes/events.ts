import { firstOf, isObject, listAt, objectAt, textAt, type Foreign } from '../foreign';
import { policyKeyIn, serverWords, type MailReader, type MailSender } from '../mailReader';
import type { MessageResult } from '../../records';

/**
 * Amazon SES: event publishing (`eventType`) and feedback notifications (`notificationType`), as Amazon SNS posts them
 * (JSON text inside `Message`) or raw. Tags of the mail come back with event publishing only.
 */
export const amazonSes: MailSender = {
	name: 'Amazon SES',

	detect: (payload) => isEnvelope(payload) || kindOf(payload) !== undefined,

	read(payload, reader) {
		if (!isEnvelope(payload)) return readEvent(payload, reader, undefined);
		if (payload.Type !== 'Notification') {
			return reader.leaveOut(payload.Type === 'SubscriptionConfirmation' ? 'Amazon SNS asks whether it may send here: open the address in SubscribeURL of this item once' : 'Amazon SNS says that it no longer sends here');
		}
		const event = messageOf(payload);
		if (event === undefined || kindOf(event) === undefined) return reader.leaveOut('a notification of Amazon SNS that is not about mail');
		readEvent(event, reader, textAt(payload, 'MessageId'));
	},
};

const ENVELOPES = new Set(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']);

function isEnvelope(payload: Foreign): boolean {
	return ENVELOPES.has(textAt(payload, 'Type') ?? '') && textAt(payload, 'TopicArn') !== undefined;
}

function messageOf(envelope: Foreign): Foreign | undefined {
	if (isObject(envelope.Message)) return envelope.Message;
	try {
		const message: unknown = JSON.parse(String(envelope.Message));
		return isObject(message) ? message : undefined;
	} catch {
		return undefined;
	}
}

function kindOf(event: Foreign): string | undefined {
	return objectAt(event, 'mail') === undefined ? undefined : firstOf(textAt(event, 'eventType'), textAt(event, 'notificationType'));
}

function readEvent(event: Foreign, reader: MailReader, snsId: string | undefined): void {
	const report = reportsOf(event, reader, snsId);
	switch (kindOf(event)) {
		case 'Send':
			return report('sent', 'mail');
		case 'Delivery':
			return report('delivered', 'delivery', 'recipients');
		case 'Open':
			return report('opened', 'open');
		case 'Click':
			return report('clicked', 'click');
		case 'Reject':
			return report('failed', 'reject');
		case 'Rendering Failure':
		case 'RenderingFailure':
			return report('failed', 'failure');
		case 'Bounce':
			return report('bounced', 'bounce', 'bouncedRecipients');
		case 'Complaint':
			if (textAt(objectAt(event, 'complaint'), 'complaintFeedbackType') === 'not-spam') return reader.leaveOut('the customer said that it is no spam');
			return report('complained', 'complaint', 'complainedRecipients');
		case 'Subscription':
			if (objectAt(objectAt(event, 'subscription'), 'newTopicPreferences')?.unsubscribeAll !== true) return reader.leaveOut('topics of a contact list changed; a consent is recorded by Consent > Set');
			return report('unsubscribed', 'subscription');
		case 'DeliveryDelay':
			return reader.leaveOut('delayed, still being delivered');
		default:
			return reader.unknown(kindOf(event) as string);
	}
}

/** Reports one result for each address it is about. @returns a function of the result and of where in the event its part stands */
function reportsOf(event: Foreign, reader: MailReader, snsId: string | undefined): (result: MessageResult, part: string, recipients?: string) => void {
	const mail = objectAt(event, 'mail') as Foreign;
	return (result, part, recipients) => {
		const detail = objectAt(event, part);
		const people = peopleOf(recipients === undefined ? mail.destination : detail?.[recipients]);
		// A mail to several has one id for all of them: only the addresses tell them apart.
		const single = peopleOf(mail.destination).length <= 1;
		people.forEach((person, index) => {
			const eventId = firstOf(textAt(detail, 'feedbackId'), snsId);
			reader.report({
				result,
				email: textAt(person, 'emailAddress'),
				at: firstOf(textAt(detail, 'timestamp'), textAt(mail, 'timestamp')),
				key: single ? policyKeyIn(mail.tags, headersOf(mail)) : undefined,
				ids: single ? [textAt(mail, 'messageId'), textAt(headersOf(mail), 'message-id'), textAt(objectAt(mail, 'commonHeaders'), 'messageId')] : [],
				eventId: eventId && `${eventId}:${index}`,
				bounce: result === 'bounced' ? (textAt(detail, 'bounceType') === 'Permanent' ? 'hard' : 'soft') : undefined,
				reason: reasonOf(result, detail, person),
			});
		});
	};
}

/** Recipients are addresses, or objects that hold one. */
function peopleOf(list: unknown): Foreign[] {
	return Array.isArray(list) ? list.map((one: unknown) => (isObject(one) ? one : { emailAddress: one })) : [];
}

function headersOf(mail: Foreign): Foreign {
	return Object.fromEntries(listAt(mail, 'headers').map((header) => [(textAt(header, 'name') ?? '').toLowerCase().replace(/^x-/, ''), header.value]));
}

function reasonOf(result: MessageResult, detail: Foreign | undefined, person: Foreign): string | undefined {
	if (result === 'bounced') return serverWords(textAt(detail, 'bounceType'), textAt(detail, 'bounceSubType'), textAt(person, 'diagnosticCode'));
	if (result === 'complained') return textAt(detail, 'complaintFeedbackType');
	return result === 'failed' ? firstOf(textAt(detail, 'reason'), textAt(detail, 'errorMessage')) : undefined;
}
