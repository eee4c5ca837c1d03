import { parseCustomer } from '../../customers/identity';
import { customerJson } from '../customerJson';
import { customerText } from '../customerText';
import { readCountOption, readInstantOption } from '../options';
import type { Register } from '../program';

/** `customer ID`: everything known and decided about one customer, as of an instant. */
export const registerCustomer: Register = (program, run) => {
	program
		.command('customer')
		.description('everything known and decided about one customer')
		.argument('<customer>', "the shop's customer id, an e-mail address or a phone such as +442071838750")
		.option('--at <instant>', 'as it was then (default: now)')
		.option('--why', 'explain the messages sent, held and dropped, check by check, with the smallest change that would have sent them')
		.option('--days <n>', 'with --why: messages decided in the last n days, and those held (default: 30)')
		.action(
			run(async (context, text: string, options: { at?: string; why?: boolean; days?: string }) => {
				const ref = parseCustomer(text, 'The customer');
				const at = options.at === undefined ? {} : { at: readInstantOption('--at', options.at) };
				const days = options.days === undefined ? {} : { days: readCountOption('--days', options.days, 366) };
				await context.withStore(async (store) => {
					const record = await store.run('customers.record', { ref, ...at });
					const why = options.why ? await store.run('policy.explain', { ref, ...at, ...days }) : null;
					await context.answer(customerJson(record, why), () => customerText(record, why));
				});
			}),
		);
};
