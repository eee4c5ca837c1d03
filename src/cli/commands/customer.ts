import { join } from 'node:path';
import type { CustomerRecord } from '../../customers/contract';
import { parseCustomer, type CustomerRef } from '../../customers/identity';
import type { FiguresOfCustomer } from '../../features/figuresOfCustomer';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { customerJson } from '../customerJson';
import { customerText } from '../customerText';
import { UsageError } from '../exitCodes';
import { writeNewFile, writeNewFiles } from '../newFiles';
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

/** The customer with stage and VIP flag of that instant; without figures of it, as they are now. */
function asThen(record: CustomerRecord, figures: FiguresOfCustomer | null): CustomerRecord {
	if (!figures) return record;
	return { ...record, customer: { ...record.customer, stage: figures.figures.stage ?? null, vip: figures.figures.vip === 1 } };
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
				const at = options.at === undefined ? {} : { at: readInstantOption('--at', options.at) };
				const days = options.days === undefined ? {} : { days: readCountOption('--days', options.days, 366) };
				await context.withStore(async (store) => {
					const figures = await store.run('figures.of', { ref, ...at });
					const record = asThen(await store.run('customers.record', { ref, ...at }), options.at === undefined ? null : figures);
					const next = await store.run('goods.ofCustomer', { ref, ...at });
					const why = options.why ? await store.run('policy.explain', { ref, ...at, ...days }) : null;
					await context.answer(customerJson(record, figures, next, why), () => customerText(record, figures, next, why));
				});
			}),
		);
};
