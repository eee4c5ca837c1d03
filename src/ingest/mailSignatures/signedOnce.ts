import { inOneOrder } from '../../store/inOneOrder';
import { eventPlans } from '../../store/plans/ingestPlans';
import { write } from '../../store/port';
import type { OneTimeToken } from './mailgun';

const SOURCE = 'signature/mailgun';

/**
 * Remembers for which call each token was used.
 * @returns for each whether it may be: it is new, or the same call came again; false for another call under it
 */
export const useTokens = write(async (tx, { tokens }: { tokens: OneTimeToken[] }): Promise<boolean[]> => {
	const distinct = inOneOrder([...new Map(tokens.map((one) => [one.token, one])).values()], ({ token }) => token);
	const now = await tx.now();
	await tx.each(eventPlans.see, distinct.map(({ token, bodyHash }) => ({ source: SOURCE, event_id: token, body_hash: bodyHash, at: now })));
	const used = new Map((await tx.each(eventPlans.seen, distinct.map(({ token }) => ({ source: SOURCE, event_id: token })))).map((row) => [row.event_id, row.body_hash]));
	return tokens.map(({ token, bodyHash }) => used.get(token) === bodyHash);
});
