import { firstOf, textAt, type Foreign } from '../foreign';
import { policyKeyIn, serverWords, type MailReader, type MailSender } from '../mailReader';
import type { MessageResult } from '../../records';

/** Types of Postmark's bounces that say that the address takes no mail. */
const HARD = new Set(['HardBounce', 'BadEmailAddress']);
const COMPLAINTS = new Set(['SpamComplaint', 'SpamNotification']);
/** Answers of people and machines to a mail that did arrive. */
const ANSWERS = new Set(['AutoResponder', 'AddressChange', 'ChallengeVerification', 'Subscribe', 'OpenRelayTest']);
/** Postmark did not send it. */
const NOT_SENT = new Set(['ManuallyDeactivated', 'Unconfirmed', 'SMTPApiError', 'InboundError', 'TemplateRenderingFailed']);

/** Postmark's webhooks: one report a call, told apart by `RecordType`. Metadata of the mail comes back with it. */
export const postmark: MailSender = {
	name: 'Postmark',

	detect: (event) => textAt(event, 'RecordType') !== undefined && ('ServerID' in event || 'MessageStream' in event),

	read(event, reader) {
		const kind = textAt(event, 'RecordType') as string;
		switch (kind) {
			case 'Delivery':
				return report(event, reader, 'delivered');
			case 'Open':
				return report(event, reader, 'opened');
			case 'Click':
				return report(event, reader, 'clicked');
			case 'SpamComplaint':
				return report(event, reader, 'complained');
			case 'Bounce':
				return readBounce(event, reader);
			case 'SubscriptionChange':
				return readSubscription(event, reader);
			default:
				return reader.unknown(kind);
		}
	},
};

function readBounce(event: Foreign, reader: MailReader): void {
	const type = textAt(event, 'Type') ?? '';
	if (ANSWERS.has(type)) return reader.leaveOut(`an answer to the mail (${type}), no bounce`);
	if (COMPLAINTS.has(type)) return report(event, reader, 'complained');
	if (type === 'Unsubscribe') return report(event, reader, 'unsubscribed');
	if (NOT_SENT.has(type)) return report(event, reader, 'failed');
	report(event, reader, 'bounced', HARD.has(type) ? 'hard' : 'soft');
}

/** An address that came on Postmark's list of closed ones, or off it. */
function readSubscription(event: Foreign, reader: MailReader): void {
	if (event.SuppressSending !== true) return reader.leaveOut('reactivated there; a new consent is recorded by Consent > Set');
	switch (textAt(event, 'SuppressionReason')) {
		case 'HardBounce':
			return report(event, reader, 'bounced', 'hard');
		case 'SpamComplaint':
			return report(event, reader, 'complained');
		default:
			// Somebody of the shop closed it by hand, or the customer did, by Postmark's own link.
			return report(event, reader, 'unsubscribed');
	}
}

function report(event: Foreign, reader: MailReader, result: MessageResult, bounce?: 'hard' | 'soft'): void {
	const problem = result === 'bounced' || result === 'failed' || result === 'complained';
	reader.report({
		result,
		email: firstOf(textAt(event, 'Recipient'), textAt(event, 'Email')),
		at: firstOf(...['DeliveredAt', 'BouncedAt', 'ReceivedAt', 'ChangedAt'].map((field) => textAt(event, field))),
		key: policyKeyIn(event.Metadata),
		ids: [textAt(event, 'MessageID')],
		// Only bounces and complaints have an id of their own; one beyond 2^53 has lost digits on the way.
		eventId: Number.isSafeInteger(event.ID) ? String(event.ID) : undefined,
		bounce,
		reason: problem ? serverWords(firstOf(textAt(event, 'Type'), textAt(event, 'SuppressionReason')), firstOf(textAt(event, 'Details'), textAt(event, 'Description'))) : undefined,
	});
}
