import type { WaitingRow } from '../journeys/contract';
import type { JourneyOverview } from '../journeys/endJourney';
import { SILENT_AFTER_MS } from '../journeys/owners';
import type { Finding } from '../store/doctor';
import type { Store } from '../store/Store';
import { stateInWords } from './commands/journeys';
import { count, counted } from './words';

/** What stops the work first, then what the store says of its own data. */
export async function findingsOf(store: Store, env: NodeJS.ProcessEnv): Promise<Finding[]> {
	const { findings } = await store.run('doctor.check', {});
	const own = [await writable(store), queueMode(store.kind, env), unverifiedPackages(env), ...(await steps(store)), await withoutWorkflow(store)];
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
function queueMode(kind: Store['kind'], env: NodeJS.ProcessEnv): Finding {
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
function unverifiedPackages(env: NodeJS.ProcessEnv): Finding {
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

async function steps(store: Store): Promise<Finding[]> {
	const rows = await store.run('journeys.waiting', {});
	const waiting = rows.filter((row) => row.waiting + row.inRelease > 0);
	return [
		stepsWith('steps-paused', 'error', waiting.filter((row) => row.paused), 'No step is paused.', 'Mend the cause in n8n (Executions show it); the step goes on by itself.'),
		stepsWith('steps-off', 'warning', waiting.filter((row) => !row.paused && row.waiting > 0 && (!row.on || row.held !== null)), 'Every step with waiting customers is switched on.', 'Publish the workflow again, or see "waiting".'),
		deadLetters(rows.reduce((sum, row) => sum + row.deadLetters, 0)),
	];
}

function stepsWith(check: string, level: Finding['level'], rows: readonly WaitingRow[], allWell: string, whatToDo: string): Finding {
	if (rows.length === 0) return { level: 'ok', check, text: allWell, count: 0 };
	const customers = rows.reduce((sum, row) => sum + row.waiting + row.inRelease, 0);
	const places = rows.map((row) => `${row.journeyName} > ${row.nodeName ?? row.step} (${(row.held ?? 'switched off').replace(/\.$/, '')})`);
	return { level, check, text: `${counted(customers, 'customer')} cannot go on: ${places.join('; ')}. ${whatToDo}`, count: customers };
}

/** Journeys may be off for a while; after a day somebody has forgotten, or deleted, them. */
async function withoutWorkflow(store: Store): Promise<Finding> {
	const check = 'journeys-without-workflow';
	const { now } = await store.run('store.settings', {});
	const rows = (await store.run('journeys.overview', {})).filter((row) => row.open > 0 && row.state !== 'on' && (row.since === null || now - row.since >= SILENT_AFTER_MS));
	if (rows.length === 0) return { level: 'ok', check, text: 'Every journey with customers on it has a workflow that runs it, or had one a day ago.', count: 0 };
	const customers = rows.reduce((sum, row) => sum + row.open, 0);
	const which = rows.map((row) => `${row.name} (${stateInWords(row)})`);
	return { level: 'warning', check, text: `${counted(customers, 'customer')} on journeys that no workflow runs: ${which.join('; ')}. Publish the workflow again, or end the journey: "journeys --end ${(rows[0] as JourneyOverview).journey}".`, count: customers };
}

function deadLetters(total: number): Finding {
	const check = 'dead-letters';
	if (total === 0) return { level: 'ok', check, text: 'No customer is set aside.', count: 0 };
	return { level: 'warning', check, text: `${counted(total, 'customer')} set aside because a step fails for them while it works for others: see "dead-letters".`, count: total };
}

export function mark(level: Finding['level']): string {
	return { ok: 'ok', warning: 'look', error: 'BROKEN' }[level];
}
