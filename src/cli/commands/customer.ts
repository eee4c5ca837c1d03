import { parseCustomer } from '../../customers/identity';
import { customerJson } from '../customerJson';
import { customerText } from '../customerText';
import { readInstantOption } from '../options';
import type { Register } from '../program';

/** `customer ID`: everything known and decided about one customer, as of an instant. */
export const registerCustomer: Register = (program, run) => {
	program
		.command('customer')
		.description('everything known and decided about one customer')
		.argument('<customer>', "the shop's customer id, an e-mail address or a phone such as +442071838750")
		.option('--at <instant>', 'as it was then (default: now)')
		.option('--why', 'explain the messages sent, held and dropped, check by check')
		.action(
			run(async (context, text: string, options: { at?: string; why?: boolean }) => {
				const ref = parseCustomer(text, 'The customer');
				const at = options.at === undefined ? {} : { at: readInstantOption('--at', options.at) };
				const why = options.why ?? false;
				await context.withStore(async (store) => {
					const record = await store.run('customers.record', { ref, ...at });
					await context.answer(customerJson(record, why), () => customerText(record, why));
				});
			}),
		);
};
