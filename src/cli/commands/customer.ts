import { join } from 'node:path';
import type { CustomerRecord } from '../../customers/contract';
import { parseCustomer, type CustomerRef } from '../../customers/identity';
import { learnedThen } from '../../features/learnedThen';
import type { FiguresOfCustomer } from '../../features/figuresOfCustomer';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { customerJson } from '../customerJson';
import { customerText } from '../customerText';
import { UsageError } from '../exitCodes';
import { writeNewFile, writeNewFiles } from '../newFiles';
import { ownerName, withBar } from '../refreshing';
import { readCountOption, readInstantOption } from '../options';
import type { Register } from '../program';

/** What goes to files is on no screen: who reads over the shoulder, or the terminal's log, has no part in it. */
async function writeOut(context: CommandContext, store: Store, ref: CustomerRef, wanted: { export?: string; proof?: string }): Promise<void> {
	const written: string[] = [];
	if (wanted.export !== undefined) {
		await writeNewFile(context.path(wanted.export), `${JSON.stringify(await store.run('customers.export', { ref }), null, 2)}\n`, wanted.export);
		written.push(wanted.export);
	}
	if (wanted.proof !== undefined) {
		const { files } = await store.run('customers.proof', { ref });
		await writeNewFiles(context.path(wanted.proof), files, wanted.proof);
		written.push(...files.map(({ name }) => join(wanted.proof as string, name)));
	}
	await context.answer({ written }, () => written.map((name) => `Written: ${name}\n`).join(''));
}

/** The customer with stage and VIP flag of that instant: of who was not there yet, nothing is known. */
function asThen(record: CustomerRecord, figures: FiguresOfCustomer | null): CustomerRecord {
	return { ...record, customer: { ...record.customer, stage: figures?.figures.stage ?? null, vip: figures?.figures.vip === 1 } };
}

/** For an instant before the last refresh, what could be known of the shop then: what was learned since says something else of it. */
async function learnedUntil(context: CommandContext, store: Store, at: number | undefined): Promise<Awaited<ReturnType<typeof learnedThen>>> {
	if (at === undefined) return null;
	const { asOf } = await store.run('figures.status', {});
	if (asOf !== null && asOf <= at) return null;
	const learned = await withBar(context, async (onProgress) => await learnedThen(store, { owner: ownerName(), at, onProgress }));
	if (!learned) await context.note('Another process refreshes the figures right now: the figures of then are measured against what the shop is known for today.');
	return learned;
}

/** `customer ID`: everything known and decided about one customer, as of an instant. */
export const registerCustomer: Register = (program, run) => {
	program
		.command('customer')
		.description('everything known and decided about one customer')
		.argument('<customer>', "the shop's customer id, an e-mail address or a phone such as +442071838750")
		.option('--at <instant>', 'as it was then (default: now)')
		.option('--why', 'explain the messages sent, held and dropped, check by check, with the smallest change that would have sent them')
		.option('--days <n>', 'with --why: messages decided in the last n days, and those held (default: 30)')
		.option('--export <file>', 'write everything the store holds about the customer to a new JSON file')
		.option('--proof <folder>', 'write the proof of consents and messages, or of the erasure, as new files')
		.action(
			run(async (context, text: string, options: { at?: string; why?: boolean; days?: string; export?: string; proof?: string }) => {
				const ref = parseCustomer(text, 'The customer');
				if (options.export !== undefined || options.proof !== undefined) {
					if (options.at !== undefined || options.why) throw new UsageError('--export and --proof stand alone: leave out --at and --why.');
					return await context.withStore(async (store) => await writeOut(context, store, ref, options));
				}
				const at: { at?: number } = options.at === undefined ? {} : { at: readInstantOption('--at', options.at) };
				const days = options.days === undefined ? {} : { days: readCountOption('--days', options.days, 366) };
				await context.withStore(async (store) => {
					const known = await store.run('customers.record', { ref, ...at });
					const learned = await learnedUntil(context, store, at.at);
					const figures = await store.run('figures.of', { ref, ...at, learned: learned?.shop });
					const record = options.at === undefined ? known : asThen(known, figures);
					const next = await store.run('goods.ofCustomer', { ref, ...at, models: learned?.goods });
					const why = options.why ? await store.run('policy.explain', { ref, ...at, ...days }) : null;
					await context.answer(customerJson(record, figures, next, why), () => customerText(record, figures, next, why));
				}, { thread: true });
			}),
		);
};
