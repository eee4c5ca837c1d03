import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageResultInput } from '../../src/ingest/records';
import { recognise } from '../../src/ingest/shapes/recognise';
import { MAIL_SENDERS, recogniseMail } from '../../src/ingest/shapes/recogniseMail';

const folder = join(__dirname, 'fixtures', 'mail');
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const fixture = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
const defaults = { nowMs: 0 };
/** As n8n's Webhook node gives it. */
const webhook = (body: unknown) => ({ headers: { host: 'n8n.example.com' }, params: {}, query: {}, body });
const read = (name: string, change: object = {}) => {
	const payload = fixture(name);
	return recogniseMail(webhook(Array.isArray(payload) ? payload : { ...(payload as object), ...change }), defaults);
};
const results = (name: string) => read(name)?.messages.map(({ result, bounce }) => (bounce ? `${bounce} ${result}` : result));
const KEY = '0123456789abcdef0123456789abcdef';

describe('recognising what a mail sender reports', () => {
	test.each(names)('%s fits one sender, the one it is named after', (name) => {
		const payload = fixture(name);
		for (const one of (Array.isArray(payload) ? payload : [payload]) as Record<string, unknown>[]) {
			const fitting = MAIL_SENDERS.filter((sender) => sender.detect(one)).map((sender) => sender.name);
			expect(fitting.map((sender) => sender.toLowerCase().replace(' ', ''))).toEqual([name.split('-')[0]]);
			expect(recognise(one, { nowMs: 0, timeZone: 'UTC', currency: 'EUR' })).toBeUndefined();
		}
	});

	test.each(names)('%s becomes reports that their schema leaves as they are', (name) => {
		const { messages, notes } = read(name)!;
		expect(messages.length + notes.length).toBeGreaterThan(0);
		for (const message of messages) {
			expect(messageResultInput.parse(message)).toEqual(message);
			expect(message).toMatchObject({ ref: { email: expect.stringMatching(/@example\.com$/) }, channel: 'email', outside: false });
			expect(message.at).toBeGreaterThan(Date.parse('2015-01-01T00:00:00Z'));
		}
	});

	test.each([
		{}, { event: 'open' }, { event: 'open', email: 'a@example.com' }, { event: 'opened', recipient: 'a@example.com' }, { event: 'x', timestamp: 1 },
		{ RecordType: 'Order' }, { mail: 'a@example.com', eventType: 'Open' }, { Type: 'Notification', Message: '{}' },
		{ type: 'track', event: 'Order Completed', messageId: 'm', userId: 'u', timestamp: '2026-01-01T00:00:00Z' },
		{ email: 'a@example.com', event: { type: 'opened', at: '2026-01-01T00:00:00Z' }, timestamp: 1 },
	])('the plain item %j is of no mail sender', (item) => {
		expect(recogniseMail(item, defaults)).toBeUndefined();
		expect(recogniseMail(webhook(item), defaults)).toBeUndefined();
	});

	test('fields of other kinds than anybody sends make it nobody\'s, and no failure', () => {
		for (const odd of [{ toString: 5 }, [], null, 7]) expect(recogniseMail(webhook({ Type: odd, TopicArn: odd, Message: odd, event: odd, RecordType: odd }), defaults)).toBeUndefined();
	});

	test('JSON that came as text is read, as Amazon SNS posts it; other text is nobody\'s', () => {
		expect(recogniseMail(webhook(JSON.stringify(fixture('amazonses-bounce'))), defaults)).toEqual(read('amazonses-bounce'));
		expect(recogniseMail(webhook('hello'), defaults)).toBeUndefined();
	});

	test('reports of several senders in one call, and strangers among them, are told apart', () => {
		const mixed = [...(fixture('sendgrid-events') as object[]).slice(0, 1), ...(fixture('sendpulse-smtp') as object[]).slice(0, 1), { hello: 'world' }, 7];
		const { messages, notes } = recogniseMail(webhook(mixed), defaults)!;
		expect(messages.map(({ result }) => result)).toEqual(['sent', 'delivered']);
		expect(notes).toEqual(['2 of the 4 entries are of no mail sender that is known here; left out.']);
	});
});

describe('SendGrid', () => {
	test('every kind of report', () => {
		expect(results('sendgrid-events')).toEqual(['sent', 'delivered', 'opened', 'clicked', 'hard bounced', 'soft bounced', 'failed', 'complained', 'unsubscribed', 'unsubscribed']);
		expect(read('sendgrid-events')?.notes).toEqual([
			'SendGrid: 1 report left out: deferred, still being delivered.',
			'SendGrid: 1 report left out: opened by a machine, not by a person.',
			'SendGrid: 1 report left out: resubscribed there; a new consent is recorded by Consent > Set.',
		]);
	});

	test('is found by its own id, by the part of it that a send answers with, by the id of SMTP, and by the key', () => {
		const [first] = fixture('sendgrid-events') as Record<string, unknown>[];
		const { messages } = recogniseMail({ ...first, policy_key: KEY }, defaults)!;
		expect(messages).toEqual([{
			key: KEY, ref: { email: 'jane@example.com' }, channel: 'email', result: 'sent', at: 1_513_299_569_000,
			providerId: '14c5d75ce93.dfd.64b469', alsoKnownAs: ['14c5d75ce93', '14c5d75ce93.dfd.64b469@ismtpd-555'],
			eventId: 'SendGrid:rbtnWrG1DVDGGGFHFyun0A==', outside: false,
		}]);
	});

	test('an unknown kind, an unreadable address and a missing time', () => {
		const [first] = fixture('sendgrid-events') as Record<string, unknown>[];
		const { messages, notes } = recogniseMail(webhook([{ ...first, event: 'quarantined' }, { ...first, email: 'nobody' }, { ...first, timestamp: 'soon', email: ' JANE@example.com ' }]), { nowMs: 5, outside: { category: 'promo' } })!;
		expect(messages).toMatchObject([{ at: 5, ref: { email: 'jane@example.com' }, outside: true, category: 'promo' }]);
		expect(notes).toEqual(['SendGrid: 1 report left out: the kind "quarantined" is not known here.', 'SendGrid: 1 report left out: sent, without a readable address.']);
	});
});

describe('Mailgun', () => {
	test.each([
		['mailgun-delivered', ['delivered']], ['mailgun-failed-permanent', ['hard bounced']], ['mailgun-failed-temporary', []], ['mailgun-opened', ['opened']],
		['mailgun-clicked', ['clicked']], ['mailgun-unsubscribed', ['unsubscribed']], ['mailgun-complained', ['complained']],
	])('%s is %j', (name, expected) => {
		expect(results(name)).toEqual(expected);
	});

	test('carries its key, ids and instant', () => {
		expect(read('mailgun-failed-permanent')?.messages).toMatchObject([{ key: KEY, providerId: '20180319151102.1.ABCD@shop.example.com', eventId: 'Mailgun:G9Bn5sl1TC6nu79C8C0bw1', at: 1_521_472_263_908, reason: '550 5.1.1 No Such User Here' }]);
	});

	const failed = (change: object) => {
		const payload = fixture('mailgun-failed-permanent') as { 'event-data': object };
		return recogniseMail(webhook({ ...payload, 'event-data': { ...payload['event-data'], ...change } }), defaults)?.messages[0];
	};
	test.each([
		['given up after a week', { reason: 'old' }, { result: 'bounced', bounce: 'soft' }],
		['unwanted content', { reason: 'generic', 'delivery-status': { code: 550, 'enhanced-code': '5.7.1', message: 'Spam' } }, { result: 'bounced', bounce: 'soft' }],
		['no code at all', { reason: 'generic', 'delivery-status': { code: 550, message: 'Mailbox unavailable' } }, { result: 'bounced', bounce: 'hard' }],
		['not tried, the address is on Mailgun\'s list', { reason: 'suppress-bounce', 'delivery-status': { code: 605, message: 'Not delivering to previously bounced address' } }, { result: 'failed' }],
	])('a permanent failure: %s', (_case, change, expected) => {
		expect(failed(change)).toMatchObject(expected);
	});

	test('what Apple\'s mail program loads is no opening', () => {
		const payload = fixture('mailgun-opened') as { 'event-data': object };
		expect(recogniseMail({ 'event-data': { ...payload['event-data'], 'client-info': { bot: 'apple' } } }, defaults)).toMatchObject({ messages: [], notes: [expect.stringContaining('opened by a machine')] });
	});
});

describe('Postmark', () => {
	test.each([
		['postmark-delivery', ['delivered']], ['postmark-bounce', ['hard bounced']], ['postmark-soft-bounce', ['soft bounced']], ['postmark-spam-complaint', ['complained']],
		['postmark-open', ['opened']], ['postmark-click', ['clicked']], ['postmark-subscription-change', ['unsubscribed']],
	])('%s is %j', (name, expected) => {
		expect(results(name)).toEqual(expected);
		expect(read(name)?.messages).toMatchObject([{ key: KEY, providerId: '883953f4-6105-42a2-a16a-77a8eac79483' }]);
	});

	test.each([
		['Transient', 'soft bounced'], ['DnsError', 'soft bounced'], ['Blocked', 'soft bounced'], ['BadEmailAddress', 'hard bounced'], ['ManuallyDeactivated', 'failed'], ['Unsubscribe', 'unsubscribed'], ['SpamNotification', 'complained'],
	])('a bounce of type %s is %s', (Type, expected) => {
		expect(read('postmark-bounce', { Type })?.messages.map(({ result, bounce }) => (bounce ? `${bounce} ${result}` : result))).toEqual([expected]);
	});

	test('an automatic answer is no bounce; an address that was reactivated is no consent', () => {
		expect(read('postmark-bounce', { Type: 'AutoResponder' })).toMatchObject({ messages: [], notes: ['Postmark: 1 report left out: an answer to the mail (AutoResponder), no bounce.'] });
		expect(read('postmark-subscription-change', { SuppressSending: false })).toMatchObject({ messages: [] });
		expect(read('postmark-subscription-change', { SuppressionReason: 'HardBounce' })?.messages).toMatchObject([{ result: 'bounced', bounce: 'hard' }]);
	});
});

describe('Amazon SES', () => {
	test.each([
		['amazonses-bounce', ['hard bounced']], ['amazonses-complaint', ['complained']], ['amazonses-delivery', ['delivered']], ['amazonses-open', ['opened']], ['amazonses-click', ['clicked']],
		['amazonses-delivery-delay', []], ['amazonses-feedback-notification', ['soft bounced', 'soft bounced']],
	])('%s is %j', (name, expected) => {
		expect(results(name)).toEqual(expected);
	});

	test('a mail to one person has key and ids; a mail to several is told apart by address alone', () => {
		expect(read('amazonses-bounce')?.messages).toMatchObject([{ key: KEY, providerId: expect.stringContaining('EXAMPLE7c19'), alsoKnownAs: ['d3b0@shop.example.com', expect.anything()], eventId: 'Amazon SES:01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000:0' }]);
		const several = read('amazonses-feedback-notification')?.messages;
		expect(several?.map(({ ref }) => ref?.email)).toEqual(['jane@example.com', 'richard@example.com']);
		expect(several?.every(({ key, providerId }) => key === undefined && providerId === undefined)).toBe(true);
		expect(new Set(several?.map(({ eventId }) => eventId)).size).toBe(2);
	});

	test('an event without the envelope of Amazon SNS is the same', () => {
		const { Message } = fixture('amazonses-open') as { Message: string };
		expect(recogniseMail(webhook(JSON.parse(Message)), defaults)?.messages).toMatchObject([{ result: 'opened', key: KEY }]);
	});

	test('asks for the confirmation that Amazon SNS wants; says what is not about mail', () => {
		expect(read('amazonses-subscription-confirmation')).toEqual({ messages: [], notes: ['Amazon SES: 1 report left out: Amazon SNS asks whether it may send here: open the address in SubscribeURL of this item once.'] });
		expect(read('amazonses-bounce', { Message: '{"alarm":"on"}' })).toEqual({ messages: [], notes: ['Amazon SES: 1 report left out: a notification of Amazon SNS that is not about mail.'] });
	});

	test('"this is not spam" is no complaint', () => {
		const { Message, ...envelope } = fixture('amazonses-complaint') as { Message: string };
		const event = JSON.parse(Message) as { complaint: object };
		const said = { ...event, complaint: { ...event.complaint, complaintFeedbackType: 'not-spam' } };
		expect(recogniseMail({ ...envelope, Message: JSON.stringify(said) }, defaults)?.messages).toEqual([]);
	});
});

describe('Unisender Go', () => {
	test('every kind of report', () => {
		expect(results('unisender-events')).toEqual(['sent', 'delivered', 'opened', 'clicked', 'unsubscribed', 'hard bounced', 'soft bounced', 'soft bounced', 'complained']);
		expect(read('unisender-events')?.notes).toHaveLength(2);
	});

	test('its times are UTC; key and job are kept', () => {
		expect(read('unisender-events')?.messages[0]).toMatchObject({ at: Date.parse('2015-11-30T15:09:42Z'), key: KEY, providerId: '1a3Q2V-0000OZ-S0' });
	});
});

describe('SendPulse', () => {
	test('every kind of report of the SMTP service and of newsletters', () => {
		expect(results('sendpulse-smtp')).toEqual(['delivered', 'opened', 'clicked', 'hard bounced', 'soft bounced', 'hard bounced', 'soft bounced', 'complained', 'unsubscribed']);
		expect(results('sendpulse-newsletter')).toEqual(['complained', 'opened', 'clicked', 'unsubscribed']);
		expect(read('sendpulse-newsletter')?.notes).toEqual(['SendPulse: 1 report left out: the kind "new_emails" is not known here.']);
	});

	test('a newsletter\'s task is the name of no single mail', () => {
		expect(read('sendpulse-smtp')?.messages[0].providerId).toBe('1149317311');
		expect(read('sendpulse-newsletter')?.messages[0].providerId).toBeUndefined();
	});
});
