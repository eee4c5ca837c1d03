import type { Command } from 'commander';
import { forecast } from '../../policy/forecast/forecast';
import type { CommandContext } from '../context';
import { forecastText } from '../forecastText';
import { readCountOption } from '../options';
import type { Run } from '../program';
import { count, iso } from '../words';

interface ForecastOptions {
	days: string;
	seed: string;
}

/** `policy forecast`: what the next days want to send, against what the contact policy lets go. */
export function registerForecast(policy: Command, run: Run): void {
	policy
		.command('forecast')
		.description('what the next days want to send against what the policy lets go, and who starves whom')
		.option('--days <n>', 'days to look ahead, 1 to 60', '14')
		.option('--seed <text>', 'what expected entries are drawn from; another one shows how much chance is in it', '1')
		.action(run(ahead));
}

async function ahead(context: CommandContext, options: ForecastOptions): Promise<void> {
	const days = readCountOption('--days', options.days, 60);
	await context.withStore(
		async (store) => {
			const screen = context.terminal.screen;
			const progress = (customers: number) => void screen?.write(`\r${count(customers)} customers`);
			const result = await forecast(store, { days, seed: options.seed, progress });
			screen?.write('\r\u001b[K');
			const { asOf, until, ...rest } = result;
			await context.answer({ asOf: iso(asOf), until: iso(until), ...rest }, () => forecastText(result));
		},
		{ thread: true },
	);
}
