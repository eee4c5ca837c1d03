import { firstOf, textAt, type Foreign } from '../foreign';
import { policyKeyIn, serverWords, type MailReader, type MailSender } from '../mailReader';
import type { MessageResult } from '../../records';

const RESULTS: Readonly<Record<string, MessageResult>> = {
	processed: 'sent',
	delivered: 'delivered',
	bounce: 'bounced',
	dropped: 'failed',
	open: 'opened',
	click: 'clicked',
	spamreport: 'complained',
	unsubscribe: 'unsubscribed',
	group_unsubscribe: 'unsubscribed',
};

/** SendGrid's Event Webhook: a list of reports, each with its own `event`. Custom arguments of the mail stand beside them. */
export const sendGrid: MailSender = {
	name: 'SendGrid',

	detect: (event) => textAt(event, 'event') !== undefined && firstOf(textAt(event, 'sg_event_id'), textAt(event, 'sg_message_id')) !== undefined,

	read(event, reader) {
		const kind = textAt(event, 'event') as string;
		const result = RESULTS[kind];
		if (kind === 'deferred') return reader.leaveOut('deferred, still being delivered');
		if (kind === 'group_resubscribe') return reader.leaveOut('resubscribed there; a new consent is recorded by Consent > Set');
		if (result === undefined) return reader.unknown(kind);
		// Apple's mail program loads every picture, read or not.
		if (kind === 'open' && event.sg_machine_open === true) return reader.leaveOut('opened by a machine, not by a person');
		report(event, result, reader);
	},
};

function report(event: Foreign, result: MessageResult, reader: MailReader): void {
	reader.report({
		result,
		email: textAt(event, 'email'),
		at: event.timestamp,
		key: policyKeyIn(event, event.custom_args, event.unique_args),
		ids: idsOf(event),
		eventId: textAt(event, 'sg_event_id'),
		// `blocked` is a refusal of this one mail.
		bounce: result === 'bounced' ? (textAt(event, 'type') === 'blocked' ? 'soft' : 'hard') : undefined,
		reason: serverWords(textAt(event, 'status'), firstOf(textAt(event, 'reason'), textAt(event, 'response'))),
	});
}

/** The answer to a send holds the first part of `sg_message_id`; whoever sent by SMTP knows the `smtp-id`. */
function idsOf(event: Foreign): (string | undefined)[] {
	const id = textAt(event, 'sg_message_id');
	return [id?.replace(/\.(filter|recv).*$/s, ''), id?.split('.')[0], textAt(event, 'smtp-id')];
}
