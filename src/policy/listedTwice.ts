import type { PassAnswer } from './contract';
import type { DropDecision } from './decision';
import { conflictingKey } from './idempotency';
import type { Policy } from './policy';
import type { ContactRequest } from './request';
import { bodyHash } from './requestKey';
import { Verdict } from './verdict';

/** Lists name people twice: the messages of a mailing that one execution let out or parked, so that it does neither a second time. */
export class ListedTwice {
	private readonly taken = new Map<string, ContactRequest>();
	private readonly before: ReadonlySet<string>;

	/** @param before keys that earlier calls of the execution let out or parked */
	constructor(
		private readonly policy: Policy,
		private readonly now: number,
		before: readonly string[] = [],
	) {
		this.before = new Set(before);
	}

	note(asked: ContactRequest, { result }: PassAnswer): void {
		if (result === 'send' || result === 'held') this.taken.set(asked.key, asked);
	}

	/**
	 * @returns what the second of two is told; null for the first
	 * @throws JourneyError idempotency_conflict: the first was another message
	 */
	answer(asked: ContactRequest): DropDecision | null {
		const first = this.taken.get(asked.key);
		if (!first && !this.before.has(asked.key)) return null;
		if (first && bodyHash(first) !== bodyHash(asked)) throw conflictingKey(asked.key);
		return new Verdict(asked.channel, this.policy, this.now).drop('duplicate', 'duplicate');
	}
}
