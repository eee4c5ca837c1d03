import { both, insertMany, per } from '../plan';

export interface ChannelSlotRow {
	channel: string;
	at: number;
	/** priority of the messages that booked; -1: messages that were sent */
	rank: number;
	messages: number;
}

export const channelPlans = {
	/** One at a time counts the messages of a channel. */
	lock: per<object, { locked: number }>({ sqlite: 'SELECT 1 AS locked', postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.channels'))" }),
	since: both<{ channel: string; since: number }, ChannelSlotRow>('SELECT * FROM channel_slot WHERE channel = :channel AND at > :since ORDER BY at, rank'),
	forget: both<{ channel: string; until: number }>('DELETE FROM channel_slot WHERE channel = :channel AND at <= :until'),
	add: insertMany<ChannelSlotRow>('channel_slot', { channel: 'text', at: 'bigint', rank: 'bigint', messages: 'bigint' }, 'ON CONFLICT (channel, at, rank) DO UPDATE SET messages = channel_slot.messages + excluded.messages'),
};
