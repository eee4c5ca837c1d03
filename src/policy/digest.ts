import type { Question } from './question';

/**
 * Keys of the waiting requests that a digest message carries along, so that N of them count as one send (P68): those of
 * the same step, channel, class and category that asked for a digest too, and are not past their deadlines.
 */
export function digestKeys({ request, facts, competition, nowMs }: Question): string[] {
	if (request.onBlock !== 'digest') return [];
	return competition.rivals
		.filter(
			(pending) =>
				pending.digest === true &&
				nowMs <= (pending.deadlineMs ?? Infinity) &&
				(pending.ghost === true) === (facts.inHoldout === true) &&
				pending.channel === request.channel &&
				pending.class === request.class &&
				pending.category === request.category &&
				(pending.journey ?? null) === (request.journey ?? null) &&
				(pending.step ?? null) === (request.step ?? null),
		)
		.map(({ key }) => key);
}
