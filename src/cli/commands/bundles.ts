import { basketCount, type Baskets } from '../../bundles/baskets';
import { customerBaskets, orderBaskets } from '../../bundles/basketsOfPurchases';
import { condense } from '../../bundles/condensed';
import { ItemsetIndex } from '../../bundles/itemsetIndex';
import { minCountOf, mineItemsets, type Itemsets } from '../../bundles/itemsets';
import { togetherCards } from '../../bundles/page/cards';
import { namesOf, rulesOf, type Rule } from '../../bundles/rules';
import { orderStrata, sizeStrata, type Strata } from '../../bundles/strata';
import { togetherOf, type Together } from '../../bundles/together';
import { readBasketFile } from '../basketFile';
import { groupNumbers, namedProducts, nameOfProducts, SHOWN_CARDS, SPLIT_HELP, readSplitOption, writeBundlePage } from '../bundlePage';
import type { CommandContext } from '../context';
import { UsageError } from '../exitCodes';
import { readCountOption, readInstantOption, readShareOption } from '../options';
import type { Register } from '../program';
import { count, counted, table } from '../words';

interface BundlesOptions {
	baskets?: string;
	separator?: string;
	basket: string;
	days: string;
	at?: string;
	minSupport: string;
	minConfidence: string;
	maxLength?: string;
	maxFdr: string;
	multi?: boolean;
	closed?: boolean;
	maximal?: boolean;
	by?: string;
	html?: string;
	memory: string;
}

/** Baskets, and what is known of each besides. */
interface Source {
	baskets: Baskets;
	strata: Strata;
	orderedAt?: Float64Array;
}

/** Lines of the table for people. */
const SHOWN = 20;

/** `bundles`: what is bought together (intelligence.md, "Bundles"). */
export const registerBundles: Register = (program, run) => {
	program
		.command('bundles')
		.description('what is bought together: itemsets and rules')
		.option('--min-support <share|number>', 'share of the baskets (0.01) or number of baskets (25) that hold an itemset', '0.01')
		.option('--min-confidence <share>', 'of those who have the first items, the share that has the last too', '0.5')
		.option('--max-length <number>', 'items of an itemset, at most')
		.option('--basket <kind>', 'a basket is an "order", or what a "customer" bought within --days', 'order')
		.option('--days <number>', 'length of a customer\'s basket', '30')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--multi', 'also rules with several items in their second half')
		.option('--max-fdr <share>', 'leave out rules with a higher false discovery rate', '1')
		.option('--closed', 'only itemsets that no larger one of the same count holds')
		.option('--maximal', 'only itemsets that no larger frequent one holds')
		.option('--baskets <file>', 'read a plain basket file instead of the store: one basket a line; .gz too')
		.option('--separator <text>', 'between the items of a basket file (default: commas if there are any, else blanks)')
		.option('--by <figure>', SPLIT_HELP)
		.option('--html <file>', 'write a page with a card for each pair and a picture of how they hang together')
		.option('--memory <MiB>', 'for the itemsets found', '512')
		.action(run(bundles));
};

async function bundles(context: CommandContext, options: BundlesOptions): Promise<void> {
	const support = Number(options.minSupport);
	minCountOf(support, 1);
	const minConfidence = readShareOption('--min-confidence', options.minConfidence);
	const maxFalseDiscoveryRate = readShareOption('--max-fdr', options.maxFdr);
	const maxLength = options.maxLength === undefined ? undefined : readCountOption('--max-length', options.maxLength, 100);
	const maxBytes = readCountOption('--memory', options.memory, 1024 * 1024) * 2 ** 20;
	if (options.closed && options.maximal) throw new UsageError('--closed and --maximal exclude each other: maximal itemsets are closed.');
	const { baskets, strata, orderedAt } = await sourceOf(context, options);
	const itemsets = mineItemsets(baskets, { minCount: minCountOf(support, basketCount(baskets)), maxLength, maxBytes });
	const index = new ItemsetIndex(itemsets);
	const rules = rulesOf(itemsets, { minConfidence, multi: options.multi ?? false, maxFalseDiscoveryRate }, index);
	const pairs = togetherOf(baskets, itemsets, strata).filter(({ qValue }) => qValue <= maxFalseDiscoveryRate);
	const shown = options.closed ? condense(itemsets, 'closed', index) : options.maximal ? condense(itemsets, 'maximal', index) : itemsets;
	if (options.html !== undefined) await writePage(context, options, { baskets, strata, orderedAt }, pairs);
	await context.answer({ baskets: itemsets.baskets, minCount: itemsets.minCount, itemsets: itemsetsJson(shown), rules, pairs }, async () => asText(shown, rules, namedProducts(await namesFor(context, options, rules.slice(0, SHOWN).flatMap((rule) => [...rule.if, ...rule.then])))));
}

async function writePage(context: CommandContext, options: BundlesOptions, { baskets, orderedAt }: Source, pairs: readonly Together[]): Promise<void> {
	// What chance explains makes no card, whatever its rank.
	const top = pairs.filter(({ adjustedLift, qValue }) => adjustedLift > 1 && qValue <= 0.05).slice(0, SHOWN_CARDS);
	const nameOf = await namesFor(context, options, top.flatMap(({ items }) => items));
	await writeBundlePage(context, options.html as string, {
		title: 'What is bought together',
		summary: `${counted(basketCount(baskets), 'basket')}, ${counted(pairs.length, 'pair')}; the ${count(top.length)} that chance explains least.`,
		cards: togetherCards(baskets, top, nameOf, orderedAt),
	});
}

/** A plain basket file knows no names. */
async function namesFor(context: CommandContext, { baskets }: BundlesOptions, products: readonly string[]): Promise<(product: string) => string> {
	return baskets === undefined ? await nameOfProducts(context, products) : (product) => product;
}

async function sourceOf(context: CommandContext, options: BundlesOptions): Promise<Source> {
	if (options.baskets !== undefined) {
		if (options.by !== undefined) throw new UsageError('--by needs a store: a basket file knows nothing of customers.');
		const baskets = await readBasketFile(await context.inputFile(options.baskets), options.baskets, options.separator);
		return { baskets, strata: sizeStrata(baskets) };
	}
	const days = readCountOption('--days', options.days, 3_660);
	if (options.basket !== 'order' && options.basket !== 'customer') throw new UsageError(`--basket "${options.basket}" is neither "order" nor "customer".`);
	const by = readSplitOption(options.by);
	if (by && options.basket === 'customer') throw new UsageError('--by goes with --basket order.');
	const until = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	const { purchases, groups } = await context.withStore(
		async (store) => ({ purchases: await store.run('bundles.purchases', { until }), groups: by && (await store.run('bundles.groups', { by })) }),
		{ thread: true },
	);
	if (options.basket === 'customer') {
		const baskets = customerBaskets(purchases, days);
		return { baskets, strata: sizeStrata(baskets) };
	}
	const numbers = groups && groupNumbers(groups);
	return { baskets: orderBaskets(purchases), strata: orderStrata(purchases, numbers?.of), orderedAt: purchases.orderedAt };
}

function itemsetsJson(itemsets: Itemsets): { items: string[]; count: number }[] {
	return Array.from(itemsets.counts, (held, set) => ({ items: namesOf(itemsets, set), count: held }));
}

function asText(itemsets: Itemsets, rules: readonly Rule[], named: (product: string) => string): string {
	const summary = `${counted(itemsets.baskets, 'basket')}, ${counted(itemsets.counts.length, 'itemset')} in at least ${count(itemsets.minCount)} of them, ${counted(rules.length, 'rule')}.\n`;
	if (rules.length === 0) return `${summary}A lower --min-support or --min-confidence finds more.\n`;
	const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
	const rows = rules.slice(0, SHOWN).map((rule) => [rule.if.map(named).join(' + '), rule.then.map(named).join(' + '), rule.count, percent(rule.confidence), rule.lift.toFixed(2), rule.qValue < 0.0001 ? '< 0.0001' : rule.qValue.toFixed(4)]);
	const more = rules.length > SHOWN ? `The ${SHOWN} surest of ${counted(rules.length, 'rule')}; --json prints all.\n` : '';
	return `${summary}\n${table(['Who buys', 'also buys', 'Baskets', 'Confidence', 'Lift', 'False discovery'], rows)}${more}`;
}
