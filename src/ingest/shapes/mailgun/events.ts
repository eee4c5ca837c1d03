import { objectAt, textAt, type Foreign } from '../foreign';
import { aboutTheAddress, policyKeyIn, serverWords, type MailReader, type MailSender } from '../mailReader';
import type { MessageResult } from '../../records';

const RESULTS: Readonly<Record<string, MessageResult>> = {
	accepted: 'sent',
	delivered: 'delivered',
	rejected: 'failed',
	opened: 'opened',
	clicked: 'clicked',
	unsubscribed: 'unsubscribed',
	complained: 'complained',
};

/** Reasons of a permanent failure that say nothing about the address: given up after many tries, refused by the receiving side. */
const NOT_THE_ADDRESS = new Set(['old', 'espblock', 'greylisted']);

/** Mailgun's webhooks: one report under `event-data`, beside its signature. Variables of the mail come back with it. */
export const mailgun: MailSender = {
	name: 'Mailgun',

	detect(payload) {
		const event = eventOf(payload);
		return textAt(event, 'event') !== undefined && textAt(event, 'recipient') !== undefined && ('event-data' in payload || 'log-level' in event || 'user-variables' in event);
	},

	read(payload, reader) {
		const event = eventOf(payload);
		const kind = textAt(event, 'event') as string;
		if (kind === 'failed') return readFailure(event, reader);
		const result = RESULTS[kind];
		if (kind === 'stored') return reader.leaveOut('stored, nothing was sent yet');
		if (result === undefined) return reader.unknown(kind);
		if (kind === 'opened' && textAt(objectAt(event, 'client-info'), 'bot') === 'apple') return reader.leaveOut('opened by a machine, not by a person');
		report(event, reader, result);
	},
};

const eventOf = (payload: Foreign): Foreign => objectAt(payload, 'event-data') ?? payload;

function readFailure(event: Foreign, reader: MailReader): void {
	if (textAt(event, 'severity') === 'temporary') return reader.leaveOut('failed for now, still being delivered');
	const reason = textAt(event, 'reason') ?? '';
	// Mailgun did not even try: its own list of closed addresses said no.
	if (reason.startsWith('suppress-')) return report(event, reader, 'failed');
	const hard = !NOT_THE_ADDRESS.has(reason) && aboutTheAddress(wordsOf(event)) !== false;
	report(event, reader, 'bounced', hard ? 'hard' : 'soft');
}

function report(event: Foreign, reader: MailReader, result: MessageResult, bounce?: 'hard' | 'soft'): void {
	reader.report({
		result,
		email: textAt(event, 'recipient'),
		at: event.timestamp,
		key: policyKeyIn(event['user-variables']),
		ids: [textAt(objectAt(objectAt(event, 'message'), 'headers'), 'message-id')],
		eventId: textAt(event, 'id'),
		bounce,
		reason: wordsOf(event),
	});
}

function wordsOf(event: Foreign): string | undefined {
	const status = objectAt(event, 'delivery-status');
	const words = textAt(status, 'message') ?? textAt(status, 'description') ?? textAt(objectAt(event, 'reject'), 'reason') ?? textAt(event, 'reason');
	return serverWords(textAt(status, 'code'), textAt(status, 'enhanced-code'), words);
}
