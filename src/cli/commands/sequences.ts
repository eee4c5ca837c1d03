import { findChains, type Chain } from '../../bundles/chains';
import { minCountOf } from '../../bundles/itemsets';
import { laterCards } from '../../bundles/page/cards';
import { findPairs } from '../../bundles/pairs';
import { describePairs, type Sequence } from '../../bundles/sequences';
import { stepsOf } from '../../bundles/steps';
import { ZoneClock } from '../../policy/zoneClock';
import { groupNumbers, messageDaysOf, namedProducts, nameOfProducts, readSplitOption, SHOWN_CARDS, SPLIT_HELP, writeBundlePage } from '../bundlePage';
import type { CommandContext } from '../context';
import { readCountOption, readDaysOption, readInstantOption, readShareOption } from '../options';
import type { Register } from '../program';
import { count, counted, table } from '../words';

interface SequencesOptions {
	minCustomers: string;
	maxGap: string;
	maxLength: string;
	sets?: boolean;
	maxFdr: string;
	at?: string;
	by?: string;
	html?: string;
	memory: string;
}

/** Lines of the table for people. */
const SHOWN = 20;

/** `sequences`: what is bought one after another, and how long after (intelligence.md, "Sequences"). */
export const registerSequences: Register = (program, run) => {
	program
		.command('sequences')
		.description('what is bought one after another, and how long after')
		.option('--min-customers <share|number>', 'share of the customers (0.01) or number of customers (25) of a pair', '0.01')
		.option('--max-gap <days>', 'the second product at most this long after the first, such as 90d', '90d')
		.option('--max-length <number>', '2: pairs; 3 or 4: chains too', '2')
		.option('--sets', 'also chains whose steps hold several products, bought on one day')
		.option('--max-fdr <share>', 'leave out pairs with a higher false discovery rate', '1')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--by <figure>', SPLIT_HELP)
		.option('--html <file>', 'write a page with a card for each pair: its gap curve, its stability, and a picture of how they hang together')
		.option('--memory <MiB>', 'for the gaps found', '512')
		.action(run(sequences));
};

async function sequences(context: CommandContext, options: SequencesOptions): Promise<void> {
	const least = Number(options.minCustomers);
	minCountOf(least, 1);
	const maxGapDays = readDaysOption('--max-gap', options.maxGap);
	const maxLength = readCountOption('--max-length', options.maxLength, 4);
	const maxFalseDiscoveryRate = readShareOption('--max-fdr', options.maxFdr);
	const maxBytes = readCountOption('--memory', options.memory, 1024 * 1024) * 2 ** 20;
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	const by = readSplitOption(options.by);
	const { purchases, zone, asOf, messages, groups } = await context.withStore(
		async (store) => {
			const { zone: storeZone, now } = await store.run('store.settings', {});
			const until = at ?? now;
			return { purchases: await store.run('bundles.purchases', { until }), messages: await store.run('bundles.messages', { until }), groups: by && (await store.run('bundles.groups', { by })), zone: storeZone, asOf: until };
		},
		{ thread: true },
	);
	const clock = ZoneClock.of(zone ?? 'UTC') as ZoneClock;
	const steps = stepsOf(purchases, (ms) => clock.localDay(ms), clock.localDay(asOf));
	const customers = steps.offsets.length - 1;
	const minCustomers = minCountOf(least, customers);
	const pairs = findPairs(steps, { minCustomers, maxGapDays, maxBytes });
	const numbers = groups && groupNumbers(groups);
	const described = describePairs(steps, pairs, maxGapDays, {
		messageDays: messageDaysOf(messages, steps.customers, (ms) => clock.localDay(ms)),
		groups: numbers && { names: numbers.names, of: Array.from(steps.customers, numbers.of) },
	}).filter(({ qValue }) => qValue <= maxFalseDiscoveryRate);
	if (options.html !== undefined) {
		// What chance explains makes no card, whatever its rank.
		const top = described.filter(({ adjustedLift, qValue }) => adjustedLift > 1 && qValue <= 0.05).slice(0, SHOWN_CARDS);
		await writeBundlePage(context, options.html, {
			title: 'What is bought one after another',
			summary: `${counted(customers, 'customer')}, ${counted(described.length, 'pair')}; the ${count(top.length)} that chance explains least. As of ${new Date(asOf).toISOString().slice(0, 10)}.`,
			cards: laterCards(steps, pairs, top, await nameOfProducts(context, top.flatMap(({ from, to }) => [from, to]))),
		});
	}
	const chains = maxLength > 2 || options.sets ? findChains(steps, { minCustomers, maxGapDays, maxLength, sets: options.sets }).filter(isMoreThanPair) : undefined;
	const named = chains?.map(({ steps: days, customers: held }) => ({ steps: days.map((products) => products.map((product) => steps.names[product])), customers: held, support: held / customers }));
	await context.answer({ asOf: new Date(asOf).toISOString(), customers, minCustomers, pairs: described, ...(named && { chains: named }) }, async () => asText(customers, minCustomers, described, named, namedProducts(await nameOfProducts(context, shownProducts(described, named)))));
}

/** Single products and pairs of days with one product each are told already. */
function isMoreThanPair({ steps }: Chain): boolean {
	return steps.length > 2 || (steps.length === 2 && steps.some((products) => products.length > 1));
}

type NamedChain = { steps: string[][]; customers: number };

function shownProducts(pairs: readonly Sequence[], chains: readonly NamedChain[] = []): string[] {
	return [...pairs.slice(0, SHOWN).flatMap(({ from, to }) => [from, to]), ...chains.slice(0, SHOWN).flatMap(({ steps }) => steps.flat())];
}

function asText(customers: number, minCustomers: number, pairs: readonly Sequence[], chains: readonly NamedChain[] | undefined, named: (product: string) => string): string {
	const summary = `${counted(customers, 'customer')}, ${counted(pairs.length, 'pair')} with at least ${count(minCustomers)} of them.\n`;
	if (pairs.length === 0) return `${summary}A lower --min-customers or a longer --max-gap finds more.\n`;
	const rows = pairs.slice(0, SHOWN).map((pair) => [named(pair.from), named(pair.to), pair.customers, `${(pair.confidence * 100).toFixed(1)} %`, pair.adjustedLift.toFixed(2), `${pair.gapDays.p25}-${pair.gapDays.p50}-${pair.gapDays.p75}`, `${pair.stability.presentIn}/${pair.stability.periods}`]);
	const more = pairs.length > SHOWN ? `The ${SHOWN} that chance explains least; --json prints all.\n` : '';
	const head = ['First', 'then', 'Customers', 'Confidence', 'Lift', 'Days (P25-P50-P75)', `In ${pairs[0]?.stability.period}s`];
	const longer = chains?.length ? `\n${table(['Chain', 'Customers'], chains.slice(0, SHOWN).map((chain) => [chain.steps.map((products) => products.map(named).join(' + ')).join(' > '), chain.customers]))}` : '';
	return `${summary}\n${table(head, rows)}${more}${longer}`;
}
