import type { IDataObject } from 'n8n-workflow';
import type { Accepted } from './taken';

/** What a mail sender reported, one line each, for an If or Split Out node behind: `recorded` is false for what was known already. */
export function reportsOf(accepted: readonly Accepted[]): IDataObject[] {
	return accepted.flatMap((one) => {
		if (one.kind !== 'messages') return [];
		const { result, bounce, at } = one.record;
		const { key, customer } = one.answer;
		return [{ result, ...(bounce ? { bounce } : {}), at: new Date(at).toISOString(), customer: customer?.id ?? null, key, recorded: one.answer.result.startsWith('recorded') }];
	});
}
