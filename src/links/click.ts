import { COMPANY_POLICY, policyInForce } from '../policy/policies';
import { recordMessages } from '../policy/recordMessages';
import { write } from '../store/port';
import { readMeta } from '../store/storeClock';
import { clickTarget } from './clickTarget';
import { readClickToken } from './clickToken';

export interface ClickLink {
	token: string;
	/** the address that the letter leads to */
	target: string;
}

export type ClickedLink = { ok: true; target: string; recorded: boolean } | { ok: false; reason: 'bad_link' | 'expired_link' };

/** Clicks of one message within a minute are one: a reader's impatience, or somebody who has only the link. */
const ONE_CLICK_MS = 60_000;

/**
 * What a click does: it is recorded with its message, and the reader goes on to an address of the shop. Only addresses on
 * hosts that the policy names now are led to, whoever made the link.
 */
export const clickLink = write(async (tx, { token, target }: ClickLink): Promise<ClickedLink> => {
	const now = await tx.glance();
	const read = readClickToken((await readMeta(tx, 'secret')) ?? '', token, now);
	if (!read.ok) return read;
	const { key, policyName } = read.subject;
	const { clickHosts } = await policyInForce(tx, [], policyName || COMPANY_POLICY);
	const address = clickTarget(target, clickHosts);
	if (address === null) return { ok: false, reason: 'bad_link' };
	const [answer] = await recordMessages.run(tx, { items: [{ key, result: 'clicked', at: now, eventId: `click/${key}/${Math.floor(now / ONE_CLICK_MS)}` }] });
	return { ok: true, target: address, recorded: answer.ok && answer.result === 'recorded' };
});
