import { channelPlans, type ChannelSlotRow } from '../store/plans/channelPlans';
import type { Tx } from '../store/port';
import type { Decision, DelayDecision } from './decision';
import type { Policy } from './policy';
import type { ContactRequest } from './request';
import type { ChannelCapacity } from './schema';

/** Rank of the row that counts messages sent; bookings have the priority of who booked. */
const SENT = -1;
/** Above every priority. */
const FIRST = 101;
/** A booked place is kept this long for its message, which is looked at again in the order of release. */
const GRACE_MS = 60_000;

/**
 * Check 11: how many messages a channel takes in a window of time, whoever they are for. What was sent is counted exactly.
 * A held message books its place, so that a mailing of 50,000 spreads over the hours ahead instead of coming back all at
 * once at the first free instant; a message of higher priority, and a transactional one, goes before such bookings.
 */
export class ChannelPace {
	private readonly changed = new Map<string, ChannelSlotRow>();

	private constructor(
		private readonly tx: Tx,
		private readonly capacities: readonly ChannelCapacity[],
		private readonly slots: Map<string, ChannelSlotRow[]>,
	) {}

	/** Comes before every other lock, and before the clock is read: whoever counts a channel's messages counts alone. */
	static async lock(tx: Tx, policy: Policy): Promise<void> {
		if (policy.channelCapacity.length > 0) await tx.all(channelPlans.lock, {});
	}

	/** @param fromMs earliest instant of a decision in this call */
	static async load(tx: Tx, policy: Policy, fromMs: number): Promise<ChannelPace> {
		const slots = new Map<string, ChannelSlotRow[]>();
		for (const { channel, window } of policy.channelCapacity) slots.set(channel, await tx.all(channelPlans.since, { channel, since: fromMs - Math.max(window, GRACE_MS) }));
		return new ChannelPace(tx, policy.channelCapacity, slots);
	}

	/**
	 * First instant with room for the message, by channel: its own and those it may fall back to.
	 * @param before what it was answered before: whose booked instant has come stands behind nobody's booking
	 */
	freeAt(request: ContactRequest, before: Decision | undefined, nowMs: number): Record<string, number> | undefined {
		if (this.capacities.length === 0) return undefined;
		const rank = isBooked(before) && before.untilMs <= nowMs ? FIRST : rankOf(request);
		const channels = [request.channel, ...(typeof request.onBlock === 'string' ? [] : request.onBlock.fallback)];
		return Object.fromEntries(this.capacities.filter(({ channel }) => channels.includes(channel)).map((capacity) => [capacity.channel, this.firstFree(capacity, rank, nowMs)]));
	}

	/** Counts what was decided: a place taken, or booked; a booking made before is over. */
	note(request: ContactRequest, decision: Decision, before: Decision | undefined, nowMs: number): void {
		if (isBooked(before)) this.add(before.channel, before.untilMs, rankOf(request), -1);
		if (decision.decision === 'send') this.add(decision.channel, nowMs, SENT, 1);
		if (isBooked(decision)) this.add(decision.channel, decision.untilMs, rankOf(request), 1);
	}

	async save(nowMs: number): Promise<void> {
		if (this.changed.size === 0) return;
		await this.tx.each(channelPlans.add, [...this.changed.values()].filter(({ messages }) => messages !== 0));
		for (const { channel, window } of this.capacities) await this.tx.run(channelPlans.forget, { channel, until: nowMs - Math.max(window, GRACE_MS) });
	}

	/**
	 * Behind the last booking of the same or a higher priority; from there on the first instant at which fewer than the limit
	 * lie in the window before it.
	 */
	private firstFree({ channel, limit, window }: ChannelCapacity, rank: number, nowMs: number): number {
		if (limit <= 0) return Infinity;
		const ahead = (this.slots.get(channel) ?? []).filter((slot) => slot.messages > 0 && (slot.rank === SENT || (slot.rank >= rank && slot.at > nowMs - GRACE_MS)));
		const instants = ahead.map((slot) => ({ at: slot.rank === SENT ? slot.at : Math.max(slot.at, nowMs), messages: slot.messages })).sort((a, b) => a.at - b.at);
		let at = Math.max(nowMs, instants.at(-1)?.at ?? nowMs);
		for (;;) {
			const within = instants.filter((slot) => slot.at > at - window);
			let over = within.reduce((sum, slot) => sum + slot.messages, 0) - limit + 1;
			if (over <= 0) return at;
			const leaves = within.find((slot) => (over -= slot.messages) <= 0) as { at: number };
			at = leaves.at + window;
		}
	}

	private add(channel: string, at: number, rank: number, messages: number): void {
		const slots = this.slots.get(channel);
		if (!slots) return;
		const known = slots.find((slot) => slot.at === at && slot.rank === rank);
		if (known) known.messages += messages;
		else slots.push({ channel, at, rank, messages });
		const name = `${channel}\u0000${at}\u0000${rank}`;
		const change = this.changed.get(name) ?? { channel, at, rank, messages: 0 };
		this.changed.set(name, { ...change, messages: change.messages + messages });
	}
}

/** Transactional messages wait for nobody's booking. */
const rankOf = (request: ContactRequest): number => (request.class === 'transactional' ? FIRST : request.priority);

const isBooked = (answer: Decision | undefined): answer is DelayDecision => answer?.decision === 'delay' && answer.rule === 'channel-capacity';
