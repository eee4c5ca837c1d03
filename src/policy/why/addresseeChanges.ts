import { addressOf } from '../address';
import { consentBlock, PROCESSING } from '../consent';
import type { Consent } from '../facts';
import { suppressionBlock } from '../suppression';
import type { Candidate } from './change';
import type { World } from './world';

/** What of consent, suppression and address stood against a message, on its own channel and on those it may fall back to. */
export function addresseeChanges({ request, facts, policy, nowMs }: World): Candidate[] {
	const { customer } = facts;
	if (customer === null) return [];
	const channels = [...new Set([request.channel, ...(typeof request.onBlock === 'string' ? [] : request.onBlock.fallback)])];
	const found = channels.flatMap((channel) => {
		const candidates: Candidate[] = [];
		const noConsent = consentBlock(channel, request.class, facts.consents, policy.requireConsent, nowMs);
		if (noConsent !== null) {
			const processingDenied = noConsent.endsWith(`/${PROCESSING}`);
			if (processingDenied) candidates.push(consentTo('*', PROCESSING, nowMs));
			const others = facts.consents.filter(({ purpose }) => purpose !== PROCESSING);
			if (!processingDenied || consentBlock(channel, request.class, others, policy.requireConsent, nowMs) !== null) candidates.push(consentTo(channel, request.class, nowMs));
		}
		const suppressed = suppressionBlock(channel, request.class, facts.suppressions, nowMs);
		if (suppressed !== null) candidates.push(withoutSuppression(channel, suppressed.slice('suppressed:'.length)));
		if (addressOf(customer, channel) === null) candidates.push(withAddress(channel));
		return candidates;
	});
	return [...new Map(found.map((candidate) => [JSON.stringify(candidate.change), candidate])).values()];
}

function consentTo(channel: string, purpose: string, atMs: number): Candidate {
	return {
		change: { kind: 'consent', channel, purpose },
		size: 1,
		apply: (world) => {
			const isOf = (row: Consent) => row.purpose === purpose && (purpose === PROCESSING || row.channel === channel);
			// Of two rows of one instant the stricter would win.
			const others = world.facts.consents.filter((row) => !(isOf(row) && row.at === atMs));
			return { ...world, facts: { ...world.facts, consents: [...others, { channel, purpose, status: 'granted', at: atMs }] } };
		},
	};
}

/** All suppressions that hold on the channel: the one named is the strongest of them. */
function withoutSuppression(channel: string, reason: string): Candidate {
	return {
		change: { kind: 'suppression', channel, reason },
		size: 1,
		apply: (world) => ({ ...world, facts: { ...world.facts, suppressions: world.facts.suppressions.filter((row) => row.channel !== channel && row.channel !== '*') } }),
	};
}

function withAddress(channel: string): Candidate {
	return {
		change: { kind: 'address', channel },
		size: 1,
		apply: (world) => {
			const { customer } = world.facts;
			if (customer === null) return world;
			const known = channel === 'email' ? { email: 'somebody@example.com' } : ['sms', 'call', 'whatsapp'].includes(channel) ? { phone: customer.phone ?? '+000' } : {};
			return { ...world, facts: { ...world.facts, customer: { ...customer, ...known, addresses: { ...customer.addresses, [channel]: 'somebody' } } } };
		},
	};
}
