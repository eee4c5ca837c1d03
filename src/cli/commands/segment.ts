import { readFile } from 'node:fs/promises';
import { JourneyError } from '../../core/errors';
import type { SegmentMembers } from '../../segments/contract';
import { newestRuns, type SegmentRun } from '../../segments/runs';
import type { CustomerView } from '../../journeys/item';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { writeCsv } from '../csvFile';
import { parseJson } from '../json';
import { readCountOption, readInstantOption } from '../options';
import type { Register } from '../program';
import { count, counted, instantText, iso, table } from '../words';

const SHOWN = 20;
const RUNS_SHOWN = 200;
const PAGE = 2_000;

/** `segment`: saved segments: who is meant by a name (docs/segments.md). */
export const registerSegment: Register = (program, run) => {
	const segment = program.command('segment').description('saved segments: who is meant by a name');
	segment.command('list').description('the saved segments, with how many were in each when somebody counted last').action(run(list));
	segment
		.command('members')
		.description('who is in a segment right now, or was at an instant')
		.argument('<name>', 'name of the segment')
		.option('--at <instant>', 'as of this instant (default: now); for conditions on orders, events and consents')
		.option('--limit <number>', `customers to print (default: ${SHOWN})`)
		.option('--per-customer <file>', 'write a CSV file with one row a member')
		.action(run(members));
	segment
		.command('save')
		.description('save conditions from a file under a name')
		.argument('<name>', 'name of the segment')
		.argument('<file>', 'conditions as JSON')
		.action(run(save));
	segment.command('show').description('print the conditions of a segment as a file').argument('<name>', 'name of the segment').action(run(show));
	segment.command('remove').description('take a segment out of the list').argument('<name>', 'name of the segment').action(run(remove));
	segment
		.command('runs')
		.description('runs through all members of a segment: how far each is; --pause, --resume and --stop act on one')
		.option('--limit <number>', `runs to print, the newest (default: ${RUNS_SHOWN})`)
		.option('--pause <run>', 'let this run rest')
		.option('--resume <run>', 'let this run go on where it was')
		.option('--stop <run>', 'end this run')
		.action(run(runs));
};

async function list(context: CommandContext): Promise<void> {
	await context.withStore(async (store) => {
		const { now } = await store.run('store.settings', {});
		const segments = await store.run('segments.list', {});
		await context.answer(
			{ asOf: iso(now), segments: segments.map(({ savedAt, countedAt, ...one }) => ({ ...one, savedAt: iso(savedAt), countedAt: iso(countedAt) })) },
			() => (segments.length === 0 ? 'No segments. Save one with Segment > Save a Segment, or with "segment save".\n' : table(['Segment', 'Version', 'Members', 'Counted', 'Who'], segments.map((one) => [one.name, one.version, one.members ?? '-', one.countedAt === null ? '-' : instantText(one.countedAt), one.words]))),
		);
	});
}

export interface MemberOptions {
	at?: string;
	limit?: string;
	perCustomer?: string;
}

/** Who is in a saved segment. */
export async function members(context: CommandContext, name: string, options: MemberOptions): Promise<void> {
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	const limit = options.limit === undefined ? SHOWN : readCountOption('--limit', options.limit, 1_000_000);
	await context.withStore(
		async (store) => {
			const { total, shown, asOf, version, words, lookedAt } = await everybody(store, name, at, options.perCustomer === undefined ? limit : Number.POSITIVE_INFINITY);
			if (at === undefined) await store.run('segments.keepSize', { name, version: version as number, members: total, customers: lookedAt, at: asOf });
			if (options.perCustomer !== undefined) await writeCsv(context.path(options.perCustomer), [COLUMNS, ...shown.map(rowOf)]);
			const ids = shown.slice(0, limit).map(({ id }) => id);
			await context.answer({ asOf: iso(asOf), segment: name, version, words, members: total, customers: lookedAt, ids }, () => `${count(total)} of ${counted(lookedAt, 'customer')}: ${words}.\n${ids.length === 0 ? '' : `\n${ids.join('\n')}\n`}${total > ids.length && ids.length > 0 ? `... and ${count(total - ids.length)} more\n` : ''}`);
		},
		{ thread: true },
	);
}

/** Page by page: no transaction is long, however many customers there are. */
async function everybody(store: Store, name: string, at: number | undefined, wanted: number): Promise<{ total: number; lookedAt: number; shown: CustomerView[]; asOf: number; version: number | null; words: string }> {
	const shown: CustomerView[] = [];
	let [total, lookedAt] = [0, 0];
	for (let page: SegmentMembers | undefined; ; ) {
		const limit = Math.min(PAGE, wanted - shown.length);
		page = await store.run('segments.members', { segment: { name }, after: page?.after ?? 0, lookAt: PAGE, at, ...(limit > 0 ? { limit } : {}) });
		shown.push(...page.members);
		total += page.count;
		lookedAt += page.lookedAt;
		if (page.done) return { total, lookedAt, shown, asOf: page.at, version: page.version, words: page.words };
	}
}

const COLUMNS = ['customer_id', 'email', 'phone', 'first_name', 'last_name', 'stage', 'vip'];
const rowOf = (one: CustomerView) => [one.id, one.email, one.phone, one.firstName, one.lastName, one.stage, one.vip];

async function save(context: CommandContext, name: string, shown: string): Promise<void> {
	const file = await context.inputFile(shown);
	const read = parseJson(await readFile(file, 'utf8'));
	if ('problem' in read) throw new JourneyError('bad_file', `The file of conditions ${shown} ${read.problem}.`, { file: shown });
	await context.withStore(async (store) => {
		const saved = await store.run('segments.save', { name, rules: read.value, savedBy: 'command line' });
		const { version, result, words, warnings, savedAt } = saved;
		await context.answer({ name: saved.name, version, result, savedAt: iso(savedAt), words, warnings }, () => `${result === 'saved' ? `Segment "${saved.name}" is saved as version ${version}` : `Segment "${saved.name}" has these conditions already (version ${version})`}: ${words}.\n${warnings.map((one) => `${one}\n`).join('')}`);
	});
}

/** Prints the file itself, so that it can be saved in another store. */
async function show(context: CommandContext, name: string): Promise<void> {
	await context.withStore(async (store) => {
		const saved = await store.run('segments.get', { name });
		if (!saved) throw new JourneyError('unknown_segment', `There is no segment "${name}" in this store.`, { segment: name });
		await context.answer(saved.rules as Record<string, unknown>, () => `${JSON.stringify(saved.rules, null, '\t')}\n`);
	});
}

async function remove(context: CommandContext, name: string): Promise<void> {
	await context.withStore(async (store) => {
		const removed = await store.run('segments.remove', { name });
		await context.answer({ removed: removed.name }, () => `Segment "${removed.name}" is removed.\n`);
	});
}

async function runs(context: CommandContext, options: Partial<Record<'pause' | 'resume' | 'stop' | 'limit', string>>): Promise<void> {
	const limit = options.limit === undefined ? RUNS_SHOWN : readCountOption('--limit', options.limit, 1_000_000);
	await context.withStore(async (store) => {
		for (const action of ['pause', 'resume', 'stop'] as const) {
			const given = options[action];
			if (given !== undefined) await store.run('segments.controlRun', { id: readCountOption(`--${action}`, given, Number.MAX_SAFE_INTEGER), action });
		}
		const { now } = await store.run('store.settings', {});
		const found = await newestRuns(async (page) => await store.run('segments.runs', page), limit + 1);
		const hasMore = found.length > limit;
		if (hasMore) found.pop();
		await context.answer({ asOf: iso(now), runs: found.map(asJson) }, () => (found.length === 0 ? 'No runs.\n' : `${runsAsText(found)}${hasMore ? `... and earlier ones: --limit ${2 * limit} shows more\n` : ''}`));
	});
}

const asJson = ({ startedAt, endedAt, ...run }: SegmentRun) => ({ ...run, startedAt: iso(startedAt), endedAt: iso(endedAt) });

function runsAsText(found: readonly SegmentRun[]): string {
	const rows = found.map((run) => [run.id, run.segment ?? run.words, run.state, run.lookedAt, run.customers, run.released, run.onTheWay, instantText(run.startedAt), run.reason ?? '']);
	return table(['Run', 'Segment', 'State', 'Looked at', 'Customers', 'Gone on', 'On the way', 'Began', 'Stands still because'], rows);
}
