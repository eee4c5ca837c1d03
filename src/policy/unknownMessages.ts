import { touchPlans } from '../store/plans/policyPlans';
import { read } from '../store/port';

export interface UnknownMessage {
	key: string;
	customer: string;
	channel: string;
	/** when it was handed over, UTC milliseconds */
	at: number;
	journey: string | null;
}

/** Messages that were handed over, came again, and were never reported (contact-policy.md section 8). */
export const unknownMessages = read(async (tx, { limit }: { limit: number }): Promise<UnknownMessage[]> =>
	(await tx.all(touchPlans.unknown, { limit })).map((touch) => ({ key: touch.idem_key, customer: touch.customer_key, channel: touch.channel, at: touch.ts, journey: touch.journey_key })),
);
