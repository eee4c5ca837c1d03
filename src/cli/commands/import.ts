import { Argument } from 'commander';
import { JourneyError } from '../../core/errors';
import { DEFAULT_NULL_VALUES, DEFAULT_REFUND_PREFIX, IMPORT_KINDS, type ImportKind, type ImportOptions } from '../../ingest/import/options';
import { rejectsPath } from '../../ingest/import/rejects';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { EXIT, sentenceOf, UsageError, type ExitCode } from '../exitCodes';
import { importFile, ImportStopped, type ImportSummary } from '../importing/importFile';
import { destination } from '../importing/storeBatches';
import type { Register } from '../program';
import { progressBar } from '../progressBar';
import { count, counted } from '../words';

interface ImportFlags {
	map?: string;
	source: string;
	timeZone?: string;
	currency?: string;
	nullValues?: string;
	country?: string;
	refundPrefix: string;
	strict?: boolean;
	live?: boolean;
}

/** ISO 4217's own code for amounts in no currency. */
const NO_CURRENCY = 'XXX';

const SAME_CTRL_C_MS = 1_000;

/** `import KIND FILE`: streams history in (import.md). */
export const registerImport: Register = (program, run) => {
	program
		.command('import')
		.description('stream history in from CSV or JSON lines, plain or .gz; safe to run twice')
		.addArgument(new Argument('<kind>', 'what the file holds').choices(IMPORT_KINDS))
		.argument('<file>', 'CSV with a header line, or JSON lines')
		.option('--map <pairs>', 'columns with other names: ourField=theirColumn,...')
		.option('--source <name>', 'where the ids of the file are unique, such as shopify', 'import')
		.option('--time-zone <zone>', "of instants without an offset (default: the store's)")
		.option('--currency <code>', "of amounts without one (default: the store's)")
		.option('--null-values <texts>', `texts that mean "no value", with commas between (default: empty,${DEFAULT_NULL_VALUES.filter(Boolean).join(',')})`)
		.option('--country <code>', 'of phones without a country code, such as DE')
		.option('--refund-prefix <text>', 'orders whose id starts with it are refunds; "" for none', DEFAULT_REFUND_PREFIX)
		.option('--strict', 'exit code 1 when a line was rejected')
		.option('--live', 'let the lines start, resume and end journeys, as if they happened now')
		.addHelpText('after', '\nRejected lines go to FILE.rejected.csv with line number and reason; a corrected one can be imported as it is.')
		.action(run(importCommand));
};

async function importCommand(context: CommandContext, kind: ImportKind, name: string, flags: ImportFlags): Promise<ExitCode> {
	checkFlags(kind, flags);
	const file = await context.inputFile(name);
	return await context.withStore((store) => runImport(context, store, { kind, file, name, flags }), { thread: true });
}

interface Job {
	kind: ImportKind;
	file: string;
	/** the file as the person wrote it */
	name: string;
	flags: ImportFlags;
}

async function runImport(context: CommandContext, store: Store, { kind, file, name, flags }: Job): Promise<ExitCode> {
	const notes: string[] = [];
	const options = await importOptions(store, kind, flags, (note) => notes.push(note));
	let stop = false;
	const release = context.terminal.onInterrupt(() => {
		stop = true;
		// A second Ctrl-C ends the process at once, which the store survives; npm passes the first one on twice.
		setTimeout(release, SAME_CTRL_C_MS).unref();
	});
	const { clock } = context.terminal;
	const startedAt = clock.now();
	try {
		const summary = await importFile({
			kind,
			file,
			options,
			destination: destination(kind, store, flags.source, flags.live ?? false),
			progress: progressBar(name, context.terminal.screen),
			interrupted: () => stop,
		});
		for (const note of notes) await context.note(note);
		await context.answer(asJson(summary, name), () => asText(summary, name, clock.now() - startedAt));
		if (!summary.complete) await context.note(`Interrupted. ${howToGoOn(summary)}`);
		return !summary.complete || (flags.strict && summary.rejected > 0) ? EXIT.failed : EXIT.ok;
	} catch (error) {
		if (error instanceof ImportStopped) throw new JourneyError('bad_file', `${sentenceOf(error.reason)} ${howToGoOn(error.summary)}`);
		// What is wrong with the options is seen when the file's columns are known.
		if (error instanceof JourneyError && error.code === 'bad_input') throw new UsageError(error.message);
		throw error;
	} finally {
		release();
	}
}

function checkFlags(kind: ImportKind, flags: ImportFlags): void {
	if (flags.currency !== undefined && !/^[A-Za-z]{3}$/.test(flags.currency)) throw new UsageError(`--currency "${flags.currency}" is not a currency: write its three letters, such as EUR.`);
	if (flags.country !== undefined && !/^[A-Za-z]{2}$/.test(flags.country)) throw new UsageError(`--country "${flags.country}" is not a country: write its two letters, such as DE.`);
	if (flags.source.trim() === '') throw new UsageError('--source is empty: write a name such as shopify.');
	if (flags.live && kind === 'orders') throw new UsageError('--live cannot be used with orders: a file of order lines says nothing about what happens now. Send new orders through Customer Data, or import them as events.');
	if (flags.live && kind === 'messages') throw new UsageError('--live cannot be used with messages: they were sent in the past, and no journey hears of them.');
}

async function importOptions(store: Store, kind: ImportKind, flags: ImportFlags, onNote: (note: string) => void): Promise<ImportOptions> {
	const { zone, currency } = await store.run('store.settings', {});
	if (!flags.currency && !currency && (kind === 'orders' || kind === 'products' || kind === 'subscriptions')) {
		onNote(`The store has no currency and --currency names none: amounts that say none themselves are taken in as ${NO_CURRENCY}, "no currency".`);
	}
	return {
		source: flags.source.trim(),
		timeZone: flags.timeZone ?? zone,
		currency: flags.currency ?? currency ?? NO_CURRENCY,
		...(flags.map !== undefined && { map: flags.map }),
		...(flags.nullValues !== undefined && { nullValues: flags.nullValues.split(',').map((text) => text.trim()) }),
		...(flags.country !== undefined && { defaultCountry: flags.country.toUpperCase() }),
		refundPrefix: flags.refundPrefix,
		onNote,
	};
}

function asJson(summary: ImportSummary, name: string): Record<string, unknown> {
	const { read, accepted, duplicates, rejected, complete, refunds } = summary;
	return { read, accepted, duplicates, rejected, rejectedFile: summary.rejectsFile === undefined ? null : rejectsPath(name), complete, ...refunds };
}

function asText(summary: ImportSummary, name: string, tookMs: number): string {
	const { read, accepted, duplicates, rejected, refunds } = summary;
	const perSecond = tookMs >= 1000 ? `, ${count(Math.round((read * 1000) / tookMs))} a second` : '';
	const lines = [
		`${counted(read, 'line')} of ${name} read in ${(tookMs / 1000).toFixed(1)} s${perSecond}: ${count(accepted)} taken in, ${count(duplicates)} known already, ${count(rejected)} rejected.`,
	];
	if (refunds && refunds.refundsMatched + refunds.refundsUnmatched > 0) {
		lines.push(`${counted(refunds.refundsMatched, 'refund')} matched to the ${refunds.refundsMatched === 1 ? 'purchase it belongs' : 'purchases they belong'} to, ${count(refunds.refundsUnmatched)} without one.`);
	}
	if (summary.rejectsFile !== undefined) lines.push(`The rejected lines, with line number and reason, are in ${rejectsPath(name)}.`);
	return `${lines.join('\n')}\n`;
}

function howToGoOn({ read }: ImportSummary): string {
	return `The first ${counted(read, 'line')} are safely in; run the same command again to go on (they then count as known already).`;
}
