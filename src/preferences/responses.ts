import type { Deed, PreferenceFacts } from './contract';

/** So many responses, or messages, at the shop's share are added to the customer's own. */
const SHOP_WEIGHT = 5;
const HOURS = 24;

/** Opens and clicks; several of one message are one, at the first. */
export function responsesOf(deeds: readonly Deed[]): Deed[] {
	const first = new Map<string, Deed>();
	for (const deed of deeds) {
		if (deed.signal === 'visited') continue;
		const key = deed.message === null ? `day ${deed.channel} ${deed.day}` : `message ${deed.message}`;
		const known = first.get(key);
		if (!known || known.at > deed.at) first.set(key, deed);
	}
	return [...first.values()];
}

/** Responses by hour; each counts half in its hour and a quarter in those beside it. */
export function byHour(responses: readonly Deed[]): number[] {
	const counts = new Array<number>(HOURS).fill(0);
	for (const { hour } of responses) {
		counts[hour] += 0.5;
		counts[(hour + 1) % HOURS] += 0.25;
		counts[(hour + HOURS - 1) % HOURS] += 0.25;
	}
	return counts;
}

/** The hour in which the customer responds most, drawn to the shop's hours while there is little of their own. @returns null without a response */
export function bestHour(responses: readonly Deed[], shop: readonly number[] | null): number | null {
	if (responses.length === 0 || shop === null) return null;
	const weights = byHour(responses).map((own, hour) => own + SHOP_WEIGHT * shop[hour]);
	return weights.reduce((best, weight, hour) => (weight > weights[best] + 1e-9 ? hour : best), 0);
}

export interface BestChannel {
	channel: string;
	responses: number;
	sent: number;
}

/** The channel whose messages the customer opens or clicks most often, each drawn to the shop's share of it. @returns null without a response */
export function bestChannel(responses: readonly Deed[], sent: PreferenceFacts['sent'], shop: Readonly<Record<string, number>>): BestChannel | null {
	const counts = responsesByChannel(responses);
	if (counts.size === 0) return null;
	const found = [...new Set([...counts.keys(), ...Object.keys(sent)])].sort().map((channel) => {
		const own = counts.get(channel) ?? 0;
		const messages = Math.max(own, sentOn(sent, channel));
		const share = Object.hasOwn(shop, channel) ? shop[channel] : 0;
		return { channel, responses: own, sent: messages, rate: (own + SHOP_WEIGHT * share) / (messages + SHOP_WEIGHT) };
	});
	const { rate: _rate, ...best } = found.reduce((one, other) => (other.rate > one.rate + 1e-9 || (other.rate > one.rate - 1e-9 && other.responses > one.responses) ? other : one));
	return best;
}

export function responsesByChannel(responses: readonly Deed[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { channel } of responses) if (channel !== null) counts.set(channel, (counts.get(channel) ?? 0) + 1);
	return counts;
}

export const sentOn = (sent: PreferenceFacts['sent'], channel: string) => (Object.hasOwn(sent, channel) ? sent[channel] : 0);
