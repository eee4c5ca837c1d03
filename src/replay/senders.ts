import { splitType } from './nodeHandling';

/** Which parameters of a sending node hold the address and the words. The first that is filled counts. */
export interface Sender {
	/** absent: the channel that Contact Policy allowed (`policy.channel` of the item) */
	channel?: string;
	to: readonly string[];
	subject: readonly string[];
	text: readonly string[];
	html: readonly string[];
}

const email = (to: string, fields: Partial<Sender> = {}): Sender => ({
	channel: 'email',
	to: [to],
	subject: ['subject'],
	text: ['text'],
	html: ['html'],
	...fields,
});
const message = (channel: string, to: string, text = 'message'): Sender => ({ channel, to: [to], subject: [], text: [text], html: [] });

/** Parameter names as in n8n-nodes-base 2.41. */
const SENDERS: Readonly<Record<string, Sender>> = {
	emailSend: email('toEmail'),
	sendGrid: email('toEmail', { text: ['contentValue'] }),
	mailgun: email('toEmail'),
	mailjet: email('toEmail'),
	gmail: email('sendTo', { text: ['message'] }),
	microsoftOutlook: email('toRecipients', { text: ['bodyContent'] }),
	awsSes: email('toAddresses', { text: ['body'] }),
	sendInBlue: email('receipients', { text: ['textContent'], html: ['htmlContent'] }),
	twilio: message('sms', 'to'),
	vonage: message('sms', 'to'),
	plivo: message('sms', 'to'),
	messageBird: message('sms', 'recipients'),
	sms77: message('sms', 'to'),
	mocean: message('sms', 'to'),
	msg91: message('sms', 'to'),
	telegram: message('telegram', 'chatId', 'text'),
	whatsApp: message('whatsapp', 'recipientPhoneNumber', 'textBody'),
	pushover: message('push', 'userKey'),
};

/** HTTP Request, other packages' senders and everything else: whatever they call these things. */
const ANY_OTHER: Sender = {
	to: ['toEmail', 'to', 'recipient', 'recipients', 'email', 'phone', 'chatId', 'url'],
	subject: ['subject', 'title'],
	text: ['text', 'message', 'body', 'jsonBody', 'content'],
	html: ['html'],
};

/** @param type full node type name */
export function senderOf(type: string): Sender {
	const [packageName, name] = splitType(type);
	return (packageName === 'n8n-nodes-base' ? SENDERS[name] : undefined) ?? ANY_OTHER;
}
