import { listAt, objectAt, textAt, type Foreign } from '../foreign';
import { policyKeyIn, serverWords, type MailReader, type MailSender } from '../mailReader';
import type { MessageResult } from '../../records';

const RESULTS: Readonly<Record<string, MessageResult>> = {
	sent: 'sent',
	delivered: 'delivered',
	opened: 'opened',
	clicked: 'clicked',
	unsubscribed: 'unsubscribed',
	spam: 'complained',
	hard_bounced: 'bounced',
	soft_bounced: 'bounced',
};

/** Refusals of this one mail, which Unisender counts as final; the address is not to blame. */
const NOT_THE_ADDRESS = new Set(['err_spam_rejected', 'err_spam_skipped', 'err_blacklisted', 'err_mailbox_full', 'err_will_retry', 'err_too_large', 'err_destination_misconfigured', 'err_lost']);
/** Unisender did not even try. */
const NOT_SENT = new Set(['err_unsubscribed', 'err_skip_letter']);

/** Unisender Go (and UniOne, the same service): many reports a call, under `events_by_user`. Times are UTC without saying so. */
export const unisender: MailSender = {
	name: 'Unisender',

	detect: (payload) => Array.isArray(payload.events_by_user),

	read(payload, reader) {
		for (const user of listAt(payload, 'events_by_user')) {
			for (const event of listAt(user, 'events')) readEvent(event, reader);
			for (const event of listAt(user, 'Events')) reader.unknown(`${textAt(event, 'event_name') ?? 'event'} of the newsletter service`);
		}
	},
};

function readEvent(event: Foreign, reader: MailReader): void {
	const name = textAt(event, 'event_name') ?? '';
	const data = objectAt(event, 'event_data');
	if (name === 'transactional_spam_block') return reader.leaveOut('a mail server of Unisender was blocked; no single mail is meant');
	if (name !== 'transactional_email_status' || data === undefined) return reader.unknown(name);
	const status = textAt(data, 'status') ?? '';
	if (status === 'subscribed') return reader.leaveOut('subscribed again there; a new consent is recorded by Consent > Set');
	const result = RESULTS[status];
	if (result === undefined) return reader.unknown(status);
	const delivery = objectAt(data, 'delivery_info');
	const error = textAt(delivery, 'delivery_status') ?? '';
	const failed = result === 'bounced' && NOT_SENT.has(error);
	const hard = status === 'hard_bounced' && !NOT_THE_ADDRESS.has(error);
	reader.report({
		result: failed ? 'failed' : result,
		email: textAt(data, 'email'),
		at: data.event_time,
		key: policyKeyIn(data.metadata),
		ids: [textAt(data, 'job_id')],
		bounce: result === 'bounced' && !failed ? (hard ? 'hard' : 'soft') : undefined,
		reason: result === 'bounced' ? serverWords(textAt(delivery, 'delivery_status'), textAt(delivery, 'destination_response')) : undefined,
	});
}
