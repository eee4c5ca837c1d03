import { firstOf, textAt, type Foreign } from '../foreign';
import { aboutTheAddress, serverWords, type MailReader, type MailSender } from '../mailReader';
import type { MessageResult } from '../../records';

/** Words of the SMTP service, then of the newsletter service. */
const RESULTS: Readonly<Record<string, MessageResult>> = {
	delivered: 'delivered',
	undelivered: 'bounced',
	opened: 'opened',
	clicked: 'clicked',
	unsubscribed: 'unsubscribed',
	spam_by_user: 'complained',
	hard_bounces: 'bounced',
	soft_bounces: 'bounced',
	open: 'opened',
	redirect: 'clicked',
	unsubscribe: 'unsubscribed',
	spam: 'complained',
	hard_bounce: 'bounced',
	soft_bounce: 'bounced',
};

/** SendPulse: a list of reports of its SMTP service (`recipient`) or of its newsletters (`task_id`). It carries no data of the mail. */
export const sendPulse: MailSender = {
	name: 'SendPulse',

	detect(event) {
		if (textAt(event, 'event') === undefined || !('timestamp' in event)) return false;
		return (textAt(event, 'recipient') !== undefined && 'message_id' in event) || (textAt(event, 'email') !== undefined && ('task_id' in event || 'book_id' in event));
	},

	read(event, reader) {
		const kind = textAt(event, 'event') as string;
		if (kind === 'resubscribed') return reader.leaveOut('subscribed again there; a new consent is recorded by Consent > Set');
		const result = RESULTS[kind];
		if (result === undefined) return reader.unknown(kind);
		report(event, kind, result, reader);
	},
};

function report(event: Foreign, kind: string, result: MessageResult, reader: MailReader): void {
	const words = serverWords(textAt(event, 'smtp_server_response_code'), textAt(event, 'smtp_server_response_subcode'), textAt(event, 'smtp_server_response'));
	const hard = kind.startsWith('hard') || (kind === 'undelivered' && aboutTheAddress(words) === true);
	reader.report({
		result,
		email: firstOf(textAt(event, 'recipient'), textAt(event, 'email')),
		at: event.timestamp,
		// A newsletter's task is one for all its readers: no name of a single mail.
		ids: [textAt(event, 'message_id')],
		bounce: result === 'bounced' ? (hard ? 'hard' : 'soft') : undefined,
		reason: result === 'bounced' ? words : undefined,
	});
}
