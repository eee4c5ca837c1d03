import { UsageError } from '../exitCodes';
import { readDurationOption } from '../options';
import type { Register } from '../program';
import { instantText, iso } from '../words';

/** `clock advance`: moves the clock of a store made with `store init --test-clock`; every other store refuses. */
export const registerClock: Register = (program, run) => {
	const clock = program.command('clock').description('move the clock of a store made for tests and demos');
	clock
		.command('advance')
		.description('move the clock of a store made with "store init --test-clock" forward')
		.argument('<duration>', 'ISO 8601: P1D, PT2H, PT90M')
		.action(
			run(async (context, text: string) => {
				const byMs = readDurationOption('The duration', text);
				if (byMs <= 0) throw new UsageError(`The duration "${text}" does not move the clock forward: time in a store never goes back.`);
				await context.withStore(async (store) => {
					const { now } = await store.run('clock.advance', { byMs });
					await context.answer({ now: iso(now), advancedBy: text }, () => `It is now ${instantText(now)} in this store.\n`);
				});
			}),
		);
};
