import { JourneyError } from '../core/errors';
import { hashOf } from '../core/hash';
import { formatAmountE4 } from '../core/money';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { idsOf, lockCustomers, resolveCustomers, type Resolved } from '../customers/resolve';
import { Assignments } from '../experiments/assignments';
import { CONTROL } from '../experiments/assign';
import { GLOBAL_CONTROL } from '../experiments/controlGroups';
import { onSoundItems } from '../ingest/soundItems';
import { customerZone } from '../journeys/customerZone';
import { ZoneClock } from '../policy/zoneClock';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { ProductRow } from '../store/plans/ingestPlans';
import { offerPlans, type OfferRow } from '../store/plans/offerPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import type { OfferedProduct, OfferView, RecommendAnswer, RecommendItem, RecommendRequest } from './offerContract';
import { OfferIndex } from './offerIndex';
import { offerIndex } from './offerModels';
import { loadPage, type Asked } from './offerPage';
import { readOfferSettings } from './offerSettings';
import { nothingInWords, offerLanguage, reasonInWords, type OfferLanguage } from './offerWords';
import { recommend, type Offer, type Recommendation } from './recommend';

const DAY_MS = 86_400_000;
/** Products of a cart that are looked at. */
const MOST_IN_CART = 200;

/**
 * What to offer customers or carts, and when; offers for now are recorded, so that what comes of them can be measured
 * (intelligence.md, "Readiness moments"). The same question on the same day, or under the same key, gets the same answer and is
 * one offer. Customers of control groups get the answer too, marked `held`: it is noted as kept back.
 * @throws JourneyError `bad_input` for settings that cannot be read
 */
export const recommendOffers = write(onSoundItems(answerAll));

async function answerAll(tx: Tx, { settings: raw, items, at, model, dryRun }: RecommendRequest): Promise<RecommendAnswer[]> {
	const settings = readOfferSettings(raw);
	if ((at !== undefined || model !== undefined) && !dryRun) throw new JourneyError('bad_input', 'Offers as of another instant than now cannot be recorded: ask for them without recording.', { field: 'at' });
	const { whoOf, customers } = await subjectsOf(tx, items);
	const [now, zone, index, assignments] = await Promise.all([
		at ?? tx.now(),
		readMeta(tx, 'zone').then((known) => known ?? 'UTC'),
		model ? new OfferIndex(model) : offerIndex(tx),
		Assignments.load(tx, [...customers.keys()]),
	]);
	const asked = items.flatMap((item, place) => {
		const fault = faultOf(item, whoOf.get(place));
		return fault ? [] : [{ place, ...questionOf(item, customerOf(whoOf.get(place), customers), zone, now) }];
	});
	const { questions, catalogue } = await loadPage(tx, asked, index, settings, now);
	const answers = items.map((item, place): RecommendAnswer => faultOf(item, whoOf.get(place)) ?? { ok: true, customer: null, held: false, recommended: { ready: 'nothing', why: 'no_history', words: '' } });
	const rows = new Map<string, Omit<OfferRow, 'id' | 'outcome' | 'outcome_at'>>();
	questions.forEach(({ subject, found: candidates }, number) => {
		const one = asked[number];
		const customer = customerOf(whoOf.get(one.place), customers);
		const item = items[one.place];
		const held = item.held === true || (customer !== undefined && assignments.armOf(customer.id, GLOBAL_CONTROL) === CONTROL);
		const found: Recommendation = item.cart !== undefined && one.cart.length === 0 ? { ready: 'nothing', why: 'empty_cart', refused: {} } : recommend(index, subject, catalogue, candidates, settings, now);
		answers[one.place] = { ok: true, customer: customer ? customerView(customer) : null, held, recommended: shown(found, offerLanguage(customer?.locale ?? null), subject.clock, now) };
		if (dryRun || customer === undefined || found.ready !== 'now') return;
		for (const offer of found.offers) {
			const key = one.offerKey(offer.product.product_id);
			rows.set(key, { customer_id: customer.id, product_id: offer.product.product_id, kind: offer.kind, offered_at: now, respond_until: now + settings.respondDays * DAY_MS, ready_from: offer.readyFrom, ready_until: offer.readyUntil, shown: held ? 0 : 1, explored: offer.explored ? 1 : 0, journey_key: item.journey ?? null, offer_key: key });
		}
	});
	await tx.change(offerPlans.add, [...rows.values()]);
	return answers;
}

/** Who is asked about; locked, so that two runs do not offer the same twice. */
async function subjectsOf(tx: Tx, items: readonly RecommendItem[]): Promise<{ whoOf: Map<number, Resolved>; customers: Map<number, CustomerRow> }> {
	const named = items.flatMap(({ ref }, place) => (ref ? [{ ref, place }] : []));
	const resolved = await resolveCustomers(tx, named.map(({ ref }) => ref), { create: false, keep: false });
	const ids = idsOf(resolved);
	const customers = await lockCustomers(tx, ids);
	return { whoOf: new Map(named.map(({ place }, index) => [place, resolved[index]])), customers };
}

function customerOf(who: Resolved | undefined, customers: ReadonlyMap<number, CustomerRow>): CustomerRow | undefined {
	const row = who?.found ? customers.get(who.id) : undefined;
	return row?.erased_at === null ? row : undefined;
}

/** A cart is enough to go by; nobody and nothing is not. */
function faultOf({ cart, ref }: RecommendItem, who: Resolved | undefined): Extract<RecommendAnswer, { ok: false }> | undefined {
	if (who && !who.found && (who.why === 'customer_erased' || cart === undefined)) return refusal(who.why);
	if (!ref && cart === undefined) return { ok: false, code: 'bad_input', message: 'Neither a customer nor a cart is given. Fill in Customer, or the products of the cart.' };
	return undefined;
}

function questionOf({ cart = [], key }: RecommendItem, customer: CustomerRow | undefined, zone: string, now: number): Asked {
	const clock = ZoneClock.of(customer ? customerZone(customer, zone) : zone) ?? (ZoneClock.of('UTC') as ZoneClock);
	const products = [...new Set(cart.map((id) => id.trim()).filter((id) => id !== ''))].slice(0, MOST_IN_CART);
	const id = customer?.id ?? null;
	const question = key ?? hashOf('day', clock.localDay(now), ...[...products].sort());
	return { id, key: customer?.key ?? hashOf('cart', ...products), cart: products, clock, offerKey: (product) => hashOf('offer', id ?? 0, question, product) };
}

function shown(found: Recommendation, language: OfferLanguage, clock: ZoneClock, now: number): Extract<RecommendAnswer, { ok: true }>['recommended'] {
	if (found.ready === 'nothing') return { ready: 'nothing', why: found.why, words: nothingInWords(found.why) };
	const offers = found.offers.map((offer) => offerView(offer, language, clock, found.ready === 'now' ? now : offer.readyFrom));
	return found.ready === 'now' ? { ready: 'now', offers } : { ready: 'later', at: found.at, offers };
}

/** @param at when the customer reads it: the sentence says how long ago something was bought */
function offerView(offer: Offer, language: OfferLanguage, clock: ZoneClock, at: number): OfferView {
	const { because, origin, product } = offer;
	const name = origin?.name ?? because.product;
	const daysAgo = because.day === null ? null : clock.localDay(at) - because.day;
	const reasons = { en: reasonInWords(because, name, daysAgo, 'en'), ru: reasonInWords(because, name, daysAgo, 'ru') };
	return {
		product: productView(product),
		kind: offer.kind,
		gain: Number(offer.gain.toPrecision(4)),
		value: formatAmountE4(Math.round(offer.valueE4)),
		readyFrom: offer.readyFrom,
		readyOn: clock.dateOf(offer.readyFrom),
		readyUntil: offer.readyUntil,
		reason: reasons[language],
		reasons,
		because: { by: because.by, product: { id: because.product, name } },
		explored: offer.explored,
	};
}

function productView({ product_id: id, name, category, price_e4: priceE4, currency }: ProductRow): OfferedProduct {
	return { id, name: name ?? id, category, price: priceE4 === null ? null : formatAmountE4(priceE4), currency };
}
