import type { IDataObject, INode } from 'n8n-workflow';
import type { BlockedOutcome } from './compareOutcome';
import type { Execution } from './execution';
import { splitType } from './nodeHandling';
import { customerOf } from './standIns';

/** What left Contact Policy by *Blocked* in an execution (contact-policy.md section 12); *Later* may come after it. */
export function blockedIn({ atMs, nodes: ran }: Execution, nodes: readonly INode[]): BlockedOutcome[] {
	const policies = nodes.filter((node) => splitType(node.type)[1] === 'contactPolicy' && node.parameters.operation !== 'editPolicy');
	return policies.flatMap(({ name, parameters }) =>
		(ran.get(name) ?? []).flatMap(({ outputs }) =>
			(outputs.at((parameters.options as IDataObject | undefined)?.goesOn === true ? -2 : -1) ?? []).map(({ json }): BlockedOutcome => {
				const { reason, channel } = (json.policy ?? {}) as IDataObject;
				return { atMs, customer: customerOf(json) ?? '?', blocked: String(reason), ...(typeof channel === 'string' ? { channel } : {}) };
			}),
		),
	);
}
