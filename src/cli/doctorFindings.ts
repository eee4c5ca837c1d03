import type { Finding } from '../store/doctor';
import type { Store } from '../store/Store';
import { count, counted } from './words';

/** What stops the work first, then what the store says of its own data. */
export async function findingsOf(store: Store, env: NodeJS.ProcessEnv): Promise<Finding[]> {
	const { findings } = await store.run('doctor.check', {});
	const own = [await writable(store), queueMode(store.kind, env), unverifiedPackages(env), await stepsOff(store)];
	return [...own, ...findings.map(asSentence)];
}

/** The store counts and names; a person reads a sentence. */
function asSentence(finding: Finding): Finding {
	const words = finding.count === 1 ? finding.text.replace(ONE, (_, noun: string, verb: string) => `${noun} ${SINGULAR[verb]}`) : finding.text;
	return { ...finding, text: finding.count === 0 ? 'None.' : `${count(finding.count)} ${words}.` };
}

const ONE = /^(customer|order|event|message)s (have|are|came|were)\b/;
const SINGULAR: Record<string, string> = { have: 'has', are: 'is', came: 'came', were: 'was' };

/** @throws JourneyError `store_read_only` or `store_unavailable`: an empty change takes the write lock like any other */
async function writable(store: Store): Promise<Finding> {
	await store.run('store.configure', {});
	return { level: 'ok', check: 'store-writable', text: 'The store can be read and written.', count: 0 };
}

/** n8n.md: workers on other hosts cannot share a file. */
export function queueMode(kind: Store['kind'], env: NodeJS.ProcessEnv): Finding {
	const check = 'queue-mode';
	if (env.EXECUTIONS_MODE !== 'queue') return { level: 'ok', check, text: 'n8n runs its executions in one process, as far as this environment says.', count: 0 };
	if (kind === 'postgres') return { level: 'ok', check, text: 'n8n runs in queue mode with the store on PostgreSQL.', count: 0 };
	return {
		level: 'error',
		check,
		text: 'EXECUTIONS_MODE=queue with an embedded store: workers cannot share the file. Choose PostgreSQL in the Customer Store credential.',
		count: 1,
	};
}

/** n8n.md: the default is true in n8n 2 and announced to become false in n8n 3. */
export function unverifiedPackages(env: NodeJS.ProcessEnv): Finding {
	const check = 'unverified-packages';
	if (env.N8N_UNVERIFIED_PACKAGES_ENABLED === 'true') return { level: 'ok', check, text: 'N8N_UNVERIFIED_PACKAGES_ENABLED is true: n8n loads this package.', count: 0 };
	if (env.N8N_UNVERIFIED_PACKAGES_ENABLED === 'false') {
		return { level: 'warning', check, text: 'N8N_UNVERIFIED_PACKAGES_ENABLED is false: n8n 2 installs no such package (one that is installed still loads), n8n 3 is announced not to load it. Set it to true for n8n and every worker.', count: 1 };
	}
	return {
		level: 'warning',
		check,
		text: 'N8N_UNVERIFIED_PACKAGES_ENABLED is not set: n8n 2 loads this package, n8n 3 is announced not to. Set it to true for n8n and every worker.',
		count: 0,
	};
}

async function stepsOff(store: Store): Promise<Finding> {
	const check = 'steps-off';
	const off = (await store.run('journeys.waiting', {})).filter((row) => row.waiting > 0 && (!row.on || row.held !== null));
	if (off.length === 0) return { level: 'ok', check, text: 'Every step with waiting customers is switched on.', count: 0 };
	const customers = off.reduce((sum, row) => sum + row.waiting, 0);
	const places = off.map((row) => `${row.journeyName} > ${row.nodeName ?? row.step} (${(row.held ?? 'switched off').replace(/\.$/, '')})`);
	return {
		level: 'warning',
		check,
		text: `${counted(customers, 'customer')} cannot go on: ${places.join('; ')}. Publish the workflow again, or see "waiting".`,
		count: customers,
	};
}

export function mark(level: Finding['level']): string {
	return { ok: 'ok', warning: 'look', error: 'BROKEN' }[level];
}
