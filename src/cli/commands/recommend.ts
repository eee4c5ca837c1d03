import { parseCustomer } from '../../customers/identity';
import type { OfferView, RecommendAnswer } from '../../bundles/offerContract';
import type { OfferModel } from '../../bundles/offerModel';
import { OFFER_KINDS, readOfferSettings, type OfferKind } from '../../bundles/offerSettings';
import { isStale, modelAt, refreshOffers } from '../../bundles/refreshOffers';
import type { OfferResults } from '../../bundles/settleOffers';
import { JourneyError, type JourneyErrorCode } from '../../core/errors';
import type { Store } from '../../store/Store';
import type { CommandContext } from '../context';
import { UsageError } from '../exitCodes';
import { readCountOption, readDaysOption, readInstantOption, readShareOption, readTimesOption } from '../options';
import type { Register } from '../program';
import { counted, instantText, iso, table } from '../words';

interface RecommendOptions {
	customer?: string;
	cart?: string;
	at?: string;
	kinds?: string;
	max: string;
	priceReach: string;
	explore: string;
	results?: boolean;
	days: string;
}

const DAY_MS = 86_400_000;

/** `recommend`: what to offer a customer or cart, when and why; `--results`: what came of the offers made. */
export const registerRecommend: Register = (program, run) => {
	program
		.command('recommend')
		.description('what to offer a customer or a cart next, when, and why; records nothing')
		.option('--customer <customer>', "the shop's customer id, an e-mail address or a phone")
		.option('--cart <products>', 'product ids in the cart, separated by commas')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--kinds <kinds>', `only these, separated by commas: ${OFFER_KINDS.join(', ')}`)
		.option('--max <number>', 'offers, at most', '3')
		.option('--price-reach <times>', 'an offer costs at most so many times what the customer chose', '1.4')
		.option('--explore <share>', 'share of the customers a day who get something else first, to learn', '0')
		.option('--results', 'instead: what came of the offers that were made')
		.option('--days <number>', 'with --results: offers of the last n days', '90')
		.action(run(recommend));
};

async function recommend(context: CommandContext, options: RecommendOptions): Promise<void> {
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	if (options.results) {
		if (options.customer !== undefined || options.cart !== undefined) throw new UsageError('--results is about all offers: leave out --customer and --cart.');
		const sinceDays = readDaysOption('--days', options.days);
		return await context.withStore(async (store) => await tellResults(context, store, at, sinceDays), { thread: true });
	}
	if (options.customer === undefined && options.cart === undefined) throw new UsageError('Say whom or what for: --customer ID, --cart A,B, or both.');
	const settings = readOfferSettings({ maxOffers: readCountOption('--max', options.max, 20), priceReach: readTimesOption('--price-reach', options.priceReach), exploration: readShareOption('--explore', options.explore), ...(options.kinds === undefined ? {} : { kinds: readKinds(options.kinds) }) });
	const ref = options.customer === undefined ? undefined : parseCustomer(options.customer, 'The customer');
	const cart = options.cart?.split(',').map((one) => one.trim()).filter((one) => one !== '');
	await context.withStore(
		async (store) => {
			const { asOf, model } = await modelFor(store, at);
			const [answer] = await store.run('offers.recommend', { settings, dryRun: true, at, model, items: [{ ...(ref && { ref }), ...(cart && { cart }) }] });
			if (!answer.ok) throw new JourneyError(answer.code as JourneyErrorCode, answer.message);
			await context.answer(asJson(answer, cart, asOf), () => asText(answer));
		},
		{ thread: true },
	);
}

/** Of the past a model is made for the purpose and kept nowhere; the store's own is made anew once a day. */
async function modelFor(store: Store, at: number | undefined): Promise<{ asOf: number; model?: OfferModel }> {
	if (at !== undefined) return { asOf: at, model: await modelAt(store, at) };
	const { model, now } = await store.run('offers.model', {});
	if (!model || isStale(model, now)) await refreshOffers(store);
	return { asOf: now };
}

function readKinds(text: string): OfferKind[] {
	return text.split(',').map((one) => {
		const kind = OFFER_KINDS.find((known) => known === one.trim());
		if (!kind) throw new UsageError(`--kinds "${one.trim()}" is none of ${OFFER_KINDS.join(', ')}.`);
		return kind;
	});
}

type Answered = Extract<RecommendAnswer, { ok: true }>;

function asJson({ customer, recommended }: Answered, cart: string[] | undefined, asOf: number): object {
	const { ready } = recommended;
	return {
		asOf: iso(asOf),
		customer: customer?.id ?? null,
		cart: cart ?? null,
		ready,
		why: ready === 'nothing' ? { code: recommended.why, words: recommended.words } : null,
		offers: ready === 'nothing' ? [] : recommended.offers.map(offerJson),
	};
}

function offerJson({ product, kind, gain, value, readyFrom, readyUntil, reason, because }: OfferView): object {
	return { product: product.id, name: product.name, price: product.price, currency: product.currency, kind, score: gain, expectedMargin: value, readyFrom: iso(readyFrom), readyUntil: iso(readyUntil), reasons: [reason], because: because.product.id };
}

function asText({ recommended }: Answered): string {
	if (recommended.ready === 'nothing') return `Nothing fits. ${recommended.words}\n`;
	const head = recommended.ready === 'now' ? 'To offer now:\n' : `Not yet: the first moment comes on ${instantText(recommended.at)}.\n`;
	return `${head}\n${table(['Product', 'Kind', 'Ready from', 'until', 'Why'], recommended.offers.map(({ product, kind, readyFrom, readyUntil, reason }) => [product.name, kind, instantText(readyFrom), readyUntil === null ? 'any time' : instantText(readyUntil), reason]))}`;
}

async function tellResults(context: CommandContext, store: Store, at: number | undefined, days: number): Promise<void> {
	const { now } = await store.run('store.settings', {});
	for (let next: number | null = 0; next !== null; ) next = (await store.run('offers.settle', { after: next })).next;
	const until = at ?? now;
	const results = await store.run('offers.results', { since: until - days * DAY_MS, until });
	await context.answer({ asOf: iso(until), days, ...results }, () => resultsText(results, days));
}

function resultsText({ kinds, spread }: OfferResults, days: number): string {
	if (kinds.length === 0) return `No offers were made in the last ${counted(days, 'day')}.\n`;
	const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
	const rows = kinds.map(({ kind, shown, offers, accepted, declined }) => [kind, shown ? 'offered' : 'control group', offers, accepted, declined, offers - accepted - declined, percent(accepted / offers)]);
	return `${table(['Kind', 'Customers', 'Offers', 'Bought', 'Did not', 'Open', 'Share bought'], rows)}\n${counted(spread.products, 'different product')} (${percent(spread.coverage)} of the catalogue); the most offered tenth of them has ${percent(spread.concentration)} of the offers.\n`;
}
