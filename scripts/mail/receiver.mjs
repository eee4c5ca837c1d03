import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/**
 * @typedef {object} ReceivedMail
 * @property {number} receivedAtMs
 * @property {string[]} recipients as named in the envelope, one delivery each
 * @property {string} from
 * @property {string} subject
 * @property {string} text
 * @property {string} [html]
 */

/**
 * A plain SMTP server that accepts everything, delivers nothing and never drops a repeated mail.
 * @param {object} options
 * @param {number} [options.port] default: any free one
 * @param {(mail: ReceivedMail) => void | Promise<void>} options.onMail called before the sender gets its OK
 * @param {(address: string) => string | undefined} [options.refuse] reason to refuse a recipient with 550
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function receiveMail({ port = 0, onMail, refuse = () => undefined }) {
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		disableReverseLookup: true,
		onAuth: (_auth, _session, done) => done(null, { user: 'anyone' }),
		onRcptTo({ address }, _session, done) {
			const reason = refuse(address);
			done(reason ? Object.assign(new Error(reason), { responseCode: 550 }) : undefined);
		},
		onData(stream, session, done) {
			simpleParser(stream)
				.then((mail) => onMail(toReceived(mail, session)))
				.then(() => done(), done);
		},
	});
	// A sender that is killed half-way breaks its connection; that is its trouble, not ours.
	server.on('error', () => {});
	await new Promise((resolve, reject) => {
		server.server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return { port: server.server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

function toReceived(mail, session) {
	return {
		receivedAtMs: Date.now(),
		recipients: session.envelope.rcptTo.map(({ address }) => address.toLowerCase()),
		from: mail.from?.text ?? '',
		subject: mail.subject ?? '',
		text: mail.text ?? '',
		...(mail.html && { html: mail.html }),
	};
}
