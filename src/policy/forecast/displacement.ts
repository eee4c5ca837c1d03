import { holdsSlot } from '../counting';
import { decide } from '../decide';
import type { Decision } from '../decision';
import type { Facts } from '../facts';
import type { Policy } from '../policy';
import type { ContactRequest } from '../request';

/**
 * Whose messages stand in a message's way: the journey without whose sends and held messages it would go now, or earlier.
 * Tried with the same decision, the journey with most messages first; where only several together are in the way, they are
 * all counted as the one with most.
 * @returns undefined when other journeys have nothing to do with it
 */
export function displacedBy(request: ContactRequest, facts: Facts, policy: Policy, nowMs: number, decision: Decision): { by: string | null } | undefined {
	const own = request.journey ?? null;
	const counts = new Map<string | null, number>();
	const note = (journey: string | null | undefined) => {
		if ((journey ?? null) !== own || own === null) counts.set(journey ?? null, (counts.get(journey ?? null) ?? 0) + 1);
	};
	for (const touch of facts.touches) if (touch.ts > nowMs - policy.lookBackMs && holdsSlot(touch, nowMs)) note(touch.journey);
	for (const pending of facts.pending) if (pending.key !== request.key) note(pending.journey);
	const others = [...counts].sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1)).map(([journey]) => journey);
	const better = (gone: readonly (string | null)[]) => isBetter(decide(request, without(facts, gone), policy, nowMs), decision);
	if (others.length === 0 || !better(others)) return undefined;
	return { by: others.find((journey) => better([journey])) ?? others[0] };
}

function without(facts: Facts, journeys: readonly (string | null)[]): Facts {
	const stays = ({ journey }: { journey?: string | null }) => !journeys.includes(journey ?? null);
	return { ...facts, touches: facts.touches.filter(stays), pending: facts.pending.filter(stays) };
}

function isBetter(than: Decision, decision: Decision): boolean {
	if (than.decision === 'send') return true;
	if (than.decision === 'drop') return false;
	return decision.decision === 'drop' || (decision.decision === 'delay' && than.untilMs < decision.untilMs);
}
