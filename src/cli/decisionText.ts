import type { CustomerRecord } from '../customers/contract';
import { instantText } from './words';

/** One decision in one line for a person. */
export function decisionText(decision: Pick<CustomerRecord['decisions'][number], 'decision' | 'until' | 'rule' | 'reason'>): string {
	if (decision.decision === 'send') return 'sent';
	if (decision.decision === 'delay' && decision.until !== null) return `held until ${instantText(decision.until)} (${decision.rule ?? 'no rule'})`;
	return `dropped: ${decision.reason ?? decision.rule ?? decision.decision}`;
}
