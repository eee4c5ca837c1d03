import { setTimeout as pause } from 'node:timers/promises';
import { loadScript } from './scripts';

export interface ReceivedMail {
	receivedAtMs: number;
	recipients: string[];
	from: string;
	subject: string;
	text: string;
	html?: string;
}

interface Receiver {
	receiveMail(options: {
		port?: number;
		onMail: (mail: ReceivedMail) => void | Promise<void>;
		refuse?: (address: string) => string | undefined;
	}): Promise<{ port: number; close: () => Promise<void> }>;
}

/** Every mail that was ever handed over, with no de-duplication of any kind. */
export class MailSink {
	readonly mails: ReceivedMail[] = [];
	/** Addresses the server refuses with 550, as a bad address would be. */
	readonly refused = new Set<string>();
	/** Awaited before a mail is accepted: lets a test hold a sender in the middle of its work. */
	beforeAccept: (mail: ReceivedMail) => void | Promise<void> = () => {};

	private constructor(
		readonly host: string,
		private server: { port: number; close: () => Promise<void> } | undefined,
	) {}

	static async start(): Promise<MailSink> {
		const sink: MailSink = new MailSink('127.0.0.1', undefined);
		sink.server = await loadScript<Receiver>('mail/receiver.mjs').receiveMail({
			onMail: async (mail) => {
				await sink.beforeAccept(mail);
				sink.mails.push(mail);
			},
			refuse: (address) => (sink.refused.has(address.toLowerCase()) ? `5.1.1 no such mailbox: ${address}` : undefined),
		});
		return sink;
	}

	get port(): number {
		return this.server!.port;
	}

	/** How many mails each address got. */
	counts(): Map<string, number> {
		const counts = new Map<string, number>();
		for (const { recipients } of this.mails) {
			for (const address of recipients) counts.set(address, (counts.get(address) ?? 0) + 1);
		}
		return counts;
	}

	/** Waits until so many mails have come, then a little longer for mails that must not come. */
	async settle(expected: number, { withinMs, quietMs = 3_000 }: { withinMs: number; quietMs?: number }): Promise<void> {
		const deadline = Date.now() + withinMs;
		while (this.mails.length < expected && Date.now() < deadline) await pause(100);
		for (let before = -1; before !== this.mails.length; ) {
			before = this.mails.length;
			await pause(quietMs);
		}
	}

	/** Fields of n8n's SMTP credential that lead here. */
	credential(): Record<string, unknown> {
		return { host: this.host, port: this.port, secure: false, disableStartTls: true, user: '', password: '', hostName: '' };
	}

	async stop(): Promise<void> {
		await this.server?.close();
	}
}
