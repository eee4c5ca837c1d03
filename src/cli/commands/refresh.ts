import type { CommandContext } from '../context';
import { readCountOption, readInstantOption } from '../options';
import type { Register } from '../program';
import { refreshWithProgress } from '../refreshing';
import { counted, instantText, iso } from '../words';

/** More would only wait for each other. */
const MOST_THREADS = 64;

/** `refresh`: computes what is known of customers anew (intelligence.md). */
export const registerRefresh: Register = (program, run) => {
	program
		.command('refresh')
		.description('recompute the figures of all customers: RFM, rhythm, next purchase, stage, value, preferences')
		.option('--at <instant>', 'as of this instant; what a past one gives is printed and not kept (default: now)')
		.option('--threads <n>', 'threads that compute at the same time (default: by the size of the shop and the processors of the machine)')
		.action(run(refreshFigures));
};

async function refreshFigures(context: CommandContext, options: { at?: string; threads?: string }): Promise<void> {
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	const threads = options.threads === undefined ? undefined : readCountOption('--threads', options.threads, MOST_THREADS);
	await context.withStore(
		async (store) => {
			const startedAt = performance.now();
			const done = await refreshWithProgress(context, store, { at, threads });
			const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
			const learned = done.families.map(({ family, model }) => ({ name: family.name, hint: hintOf(model) }));
			const kept = at === undefined;
			await context.answer({ asOf: iso(done.asOf), kept, customers: done.customers, changed: done.written, currency: done.currency, seconds, learned }, () => {
				const hints = learned.flatMap(({ name, hint }) => (hint === null ? [] : [`${name}: ${hint}\n`])).join('');
				const what = kept ? `${counted(done.written, 'row')} of figures changed` : 'nothing was kept, because it is not now';
				return `As of ${instantText(done.asOf)}: ${counted(done.customers, 'customer')}, ${what} (${seconds} s).\n${hints}`;
			});
		},
		{ thread: true },
	);
}

/** What a person should know of a model, where it has something to say. */
function hintOf(model: object): string | null {
	return 'hint' in model && typeof model.hint === 'string' ? model.hint : null;
}
