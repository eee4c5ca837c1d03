import { existsSync } from 'node:fs';
import { IANAZone } from 'luxon';
import { JourneyError } from '../../core/errors';
import { moveStore } from '../../store/moveStore';
import { embeddedFile, type StoreLocation } from '../../store/open';
import type { CommandContext } from '../context';
import { UsageError } from '../exitCodes';
import { readTestClock } from '../options';
import type { Register } from '../program';
import { counted, instantText, iso } from '../words';

interface InitOptions {
	testClock?: string | true;
	timeZone?: string;
	currency?: string;
}

/** `store init`: makes a store and says what it is; the only way to make one whose clock can be moved. `store move`: from a file to PostgreSQL. */
export const registerStore: Register = (program, run) => {
	const store = program.command('store').description('make a store, or move one to PostgreSQL');
	store
		.command('init')
		.description('make a store (or look at one that exists) and set its time zone and currency')
		.argument('[place]', 'store file or postgres:// address (default: --store)')
		.option('--test-clock [start]', 'a clock that "clock advance" can move, for tests and demos: runs on from now; with an instant it stands still there; with a duration such as -P30D it runs that far off')
		.option('--time-zone <zone>', 'time zone of the shop, such as Europe/Berlin')
		.option('--currency <code>', 'currency of the shop, such as EUR')
		.action(run(init));
	store
		.command('move')
		.description('move the store from its file to a new one on PostgreSQL, with everybody where they are')
		.argument('<place>', 'postgres:// address')
		.action(run(move));
};

async function init(context: CommandContext, place: string | undefined, options: InitOptions): Promise<void> {
	const testClock = readTestClock(options.testClock);
	if (options.timeZone !== undefined && !IANAZone.isValidZone(options.timeZone)) {
		throw new UsageError(`--time-zone "${options.timeZone}" is not a time zone: write it like Europe/Berlin.`);
	}
	if (options.currency !== undefined && !/^[A-Z]{3}$/.test(options.currency)) {
		throw new UsageError(`--currency "${options.currency}" is not a currency: write its three capital letters, such as EUR.`);
	}
	const location = context.storeLocation(place);
	if (testClock) refuseExistingFile(context, location);
	const store = await context.open(location, { testClock });
	try {
		const settings = { ...(options.timeZone && { zone: options.timeZone }), ...(options.currency && { currency: options.currency }) };
		if (Object.keys(settings).length > 0) await store.run('store.configure', settings);
		const info = await store.run('store.info', {});
		if (testClock && !info.movableClock) throw existsAlready(store.label);
		const document = {
			store: store.label,
			storeId: info.storeId,
			kind: info.kind,
			schemaVersion: info.schemaVersion,
			timeZone: info.zone,
			currency: info.currency,
			now: iso(info.now),
			movableClock: info.movableClock,
		};
		await context.answer(document, () => {
			const clock = info.movableClock ? `; its clock can be moved and says ${instantText(info.now)}` : '';
			return `Store ${store.label} is ready: schema ${info.schemaVersion}, time zone ${info.zone}, currency ${info.currency}${clock}.\n`;
		});
	} finally {
		await store.close();
	}
}

async function move(context: CommandContext, place: string): Promise<void> {
	const to = context.storeLocation(place);
	if (to.kind !== 'postgres') throw new UsageError(`A store moves to PostgreSQL: write its address as postgres://user@host:5432/database, where "${place}" stands.`);
	const from = context.storeLocation();
	if (from.kind === 'postgres') throw new UsageError('A store moves from a file: name it with --store, or leave --store out for the embedded store of n8n.');
	const file = fileOf(context, from);
	if (!existsSync(file)) throw new JourneyError('bad_input', `There is no store at ${file}: name its file with --store.`);
	await context.note(`Store: ${file}`);
	const moved = await moveStore({ kind: 'file', file }, to);
	const document = { from: moved.from, to: moved.to, storeId: moved.storeId, tables: moved.tables, rows: moved.tables.reduce((sum, { rows }) => sum + rows, 0) };
	const rowsOf = (name: string) => moved.tables.find(({ table }) => table === name)?.rows ?? 0;
	await context.answer(
		document,
		() => `${counted(document.rows, 'row')} are in ${moved.to} now, among them ${counted(rowsOf('customer'), 'customer')}, ${counted(rowsOf('orders'), 'order')}, and ${counted(rowsOf('wait'), 'customer')} on the way who wait there as they did.\n
Start n8n and choose it in the credential Customer Store API (Type: PostgreSQL). Nodes that still name the file refuse to work, so that no two stores write to the same people.\n`,
	);
}

function fileOf(context: CommandContext, location: Exclude<StoreLocation, { kind: 'postgres' }>): string {
	return location.kind === 'embedded' ? embeddedFile(location.name, location.folder) : context.path(location.file);
}

/** A store keeps the clock it was made with, so asking for another one must not look as if it had been granted. */
function refuseExistingFile(context: CommandContext, location: StoreLocation): void {
	if (location.kind === 'postgres') return;
	const file = fileOf(context, location);
	if (existsSync(file)) throw existsAlready(location.kind === 'file' ? location.file : file);
}

function existsAlready(label: string): JourneyError {
	return new JourneyError('bad_input', `The store ${label} exists already, and a store keeps the clock it was made with: choose another place, or delete it first.`);
}
