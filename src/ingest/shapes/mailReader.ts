import { normaliseEmail } from '../../customers/email';
import { instantOf } from '../instants';
import { messageResultInput, type MessageResult, type MessageResultInput } from '../records';
import { isObject, textAt, type Foreign } from './foreign';

/** What a payload of a mail sender does not say itself. */
export interface MailDefaults {
	/** instant of arrival, for reports without one */
	nowMs: number;
	/** as what a mail that Contact Policy knows nothing of counts, as one that was sent elsewhere (P13); without it, it does not */
	outside?: OutsideMail;
}

export interface OutsideMail {
	category?: string;
}

/** A mail sender whose reports are recognised without any mapping. */
export interface MailSender {
	/** "SendGrid" */
	readonly name: string;
	/** Strict: no plain item of a workflow, and no report of another sender, is mistaken for it. */
	detect(payload: Foreign): boolean;
	/** One payload holds one report, or several. */
	read(payload: Foreign, reader: MailReader): void;
}

/** One report, as the sender spells its parts; whatever is undefined is left out. */
export interface MailReport {
	result: MessageResult;
	email?: string;
	/** ISO text without an offset is UTC; numbers and digits are epoch seconds */
	at: unknown;
	/** the policy's key, when the mail was given it along */
	key?: string;
	/** names of the mail itself, the sender's own first */
	ids?: readonly (string | undefined)[];
	/** name of this report, unique for this sender */
	eventId?: string;
	bounce?: 'hard' | 'soft';
	reason?: string;
}

/** Collects the reports of one sender. What means nothing here is counted and told, and stops nothing. */
export class MailReader {
	readonly messages: MessageResultInput[] = [];
	private readonly left = new Map<string, number>();

	constructor(
		readonly sender: string,
		private readonly defaults: MailDefaults,
	) {}

	/** A report that names neither a message nor a readable address is left out. */
	report({ result, email, at, key, ids, eventId, bounce, reason }: MailReport): void {
		const address = email === undefined ? undefined : normaliseEmail(bareAddress(email));
		const ref = address?.ok ? { email: address.value } : undefined;
		const [providerId, ...alsoKnownAs] = (ids ?? []).filter((id) => id !== undefined);
		if (key === undefined && ref === undefined) return this.leaveOut(`${result}, without a readable address`);
		const read = messageResultInput.safeParse({
			key,
			ref,
			channel: 'email',
			result,
			at: this.instantOf(at),
			providerId,
			alsoKnownAs: alsoKnownAs.length > 0 ? alsoKnownAs : undefined,
			eventId: eventId === undefined ? undefined : `${this.sender}:${eventId}`,
			bounce,
			reason: reason?.slice(0, 500),
			outside: this.defaults.outside !== undefined,
			category: this.defaults.outside?.category,
		});
		if (read.success) this.messages.push(read.data);
		else this.leaveOut(`${result}, which cannot be read`);
	}

	/** A kind of report that is known and changes nothing. @param why as the end of "2 reports left out: ..." */
	leaveOut(why: string): void {
		this.left.set(why, (this.left.get(why) ?? 0) + 1);
	}

	unknown(kind: string): void {
		this.leaveOut(`the kind "${kind.slice(0, 60)}" is not known here`);
	}

	notes(): string[] {
		return [...this.left].map(([why, count]) => `${this.sender}: ${count === 1 ? '1 report' : `${count} reports`} left out: ${why}.`);
	}

	private instantOf(at: unknown): number {
		const atMs = instantOf(at, 'UTC');
		return Number.isNaN(atMs) ? this.defaults.nowMs : atMs;
	}
}

/** `Jane <jane@example.com>` -> `jane@example.com` */
function bareAddress(text: string): string {
	return /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
}

/** The names under which a sender's own data of a message may carry the policy's key. */
const KEY_NAMES = ['policy_key', 'policy-key', 'policyKey'];

/** The policy's key among the data that a message was given along: custom arguments, metadata, variables. */
export function policyKeyIn(...places: unknown[]): string | undefined {
	for (const place of places) {
		if (!isObject(place)) continue;
		for (const name of KEY_NAMES) {
			const value = Array.isArray(place[name]) ? { first: (place[name] as unknown[])[0] } : { first: place[name] };
			const key = textAt(value, 'first');
			if (key !== undefined) return key;
		}
	}
	return undefined;
}

/** What a mail server said, with its code in front when there is one. */
export function serverWords(...parts: (string | undefined)[]): string | undefined {
	const words = parts.filter((part) => part !== undefined);
	return words.length > 0 ? words.join(' ') : undefined;
}

/**
 * Whether a permanent refusal is about the address. An enhanced status code (RFC 3463) 5.1.x is; 5.2 to 5.7 say that the
 * mailbox is full, the way is closed or the content is not wanted, which is no reason to close the address for good.
 * @returns undefined when no code says so
 */
export function aboutTheAddress(words: string | undefined): boolean | undefined {
	const code = /\b5\.(\d{1,3})\.\d{1,3}\b/.exec(words ?? '');
	return code === null ? undefined : code[1] === '1';
}
