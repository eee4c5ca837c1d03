import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { OfferView, RecommendAnswer, RecommendItem, RecommendedOffers } from '../../src/bundles/offerContract';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { parseCustomer } from '../../src/customers/identity';
import { repeatKey } from '../../src/customers/repeatKey';
import { CONTROL } from '../../src/experiments/assign';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { placeOf } from '../../src/n8n/journeyContext';
import { isMailing } from '../../src/n8n/mailingKey';
import { freshOfferModel } from '../../src/n8n/offerModel';
import { offersFor } from '../../src/n8n/offersFor';
import { sameForAll, underSameSettings } from '../../src/n8n/sameForAll';
import { locationFor, withStore } from '../../src/n8n/storeAccess';
import { isTestPlace } from '../../src/n8n/testCustomer';
import { cartOf, OFFER_FIELDS, offerSettingsOf, showingOf, type Showing } from './settings';

const OUTPUT: Record<RecommendedOffers['ready'], number> = { now: 0, later: 1, nothing: 2 };

/**
 * Sends each item out by what there is to offer: now, later, nothing. A test run records nothing. For an AI agent all leave
 * by the first output, the only one it hears of.
 * @throws JourneyError bad_input for a form that cannot be used
 */
export async function recommendItems(context: IExecuteFunctions, items: INodeExecutionData[], dryRun: boolean): Promise<INodeExecutionData[][]> {
	const settingsFor = sameForAll(context, (index) => offerSettingsOf(context, index), OFFER_FIELDS);
	const showingFor = sameForAll(context, (index) => showingOf(context, index), OFFER_FIELDS);
	const lists: INodeExecutionData[][] = [[], [], []];
	const problems = new ItemProblems(context, items);
	const customer = itemField(context, items, 'customer', '');
	const asked = items.flatMap((_, index) => problems.attempt(index, () => [{ index, settings: settingsFor(index), item: questionOf(context, items[index], index, customer) }]) ?? []);
	const answers = new Map<number, RecommendAnswer>();
	await withStore(context, async (store) => {
		const learned = await freshOfferModel(store, async () => await locationFor(context), context.logger);
		if (learned !== undefined) context.addExecutionHints({ message: learned, location: 'outputPane' });
		for (const alike of underSameSettings(asked)) {
			const found = await offersFor(store, { settings: alike[0].settings, dryRun }, alike.map(({ item }) => item));
			found.forEach((answer, place) => answers.set(alike[place].index, answer));
		}
	});
	const isTool = context.getNode().type.endsWith('Tool');
	asked.forEach(({ index }) => {
		const answer = answers.get(index) as RecommendAnswer;
		if (!answer.ok) return problems.add(index, new JourneyError(answer.code as JourneyErrorCode, answer.message));
		const { recommended } = answer;
		lists[isTool ? 0 : OUTPUT[recommended.ready]]?.push({ json: { ...items[index].json, ...shown(recommended, showingFor(index)) }, pairedItem: { item: index } });
	});
	context.addExecutionHints({ message: summary([...answers.values()], dryRun), location: 'outputPane' });
	lists[isTool ? 0 : 2]?.push(...problems.finish('The others went on by what there is to offer them.'));
	return lists;
}

function questionOf(context: IExecuteFunctions, item: INodeExecutionData, index: number, customer: (index: number) => unknown): RecommendItem {
	const place = placeOf(item);
	const journey = place && !isTestPlace(place) && !isMailing(place) ? place : undefined;
	const forCart = context.getNodeParameter('offerFor', index) === 'cart';
	const who = forCart ? context.getNodeParameter('cartCustomer', index, '') : customer(index);
	const anonymous = forCart && (who === undefined || who === null || who === '');
	const cart = forCart ? cartOf(context.getNodeParameter('cart', index, [])) : undefined;
	return {
		...(anonymous ? {} : { ref: parseCustomer(who) }),
		...(cart ? { cart } : {}),
		...(journey ? { journey: journey.key, key: repeatKey('offer', journey, context.getNode().id), held: journey.variant === CONTROL } : {}),
	};
}

/** `offer` is the best of `offers`; a template needs nothing else. */
function shown(recommended: RecommendedOffers, showing: Showing): IDataObject {
	if (recommended.ready === 'nothing') return { offer: { ready: 'nothing', why: recommended.why, words: recommended.words }, offers: [] };
	const offers = recommended.offers.map((offer) => offerItem(offer, recommended.ready, showing));
	return { offer: offers[0], offers };
}

function offerItem({ product, reason, reasons, readyFrom, readyUntil, ...rest }: OfferView, ready: 'now' | 'later', { link, language }: Showing): IDataObject {
	return {
		ready,
		kind: rest.kind,
		product: { ...product, ...(link ? { link: link.replace(/\{id\}/gi, () => encodeURIComponent(product.id)) } : {}) },
		reason: language === 'en' || language === 'ru' ? reasons[language] : reason,
		readyOn: rest.readyOn,
		readyFrom: new Date(readyFrom).toISOString(),
		readyUntil: readyUntil === null ? null : new Date(readyUntil).toISOString(),
		because: rest.because,
		gain: rest.gain,
		value: rest.value,
		explored: rest.explored,
	};
}

/** How far the offers of this run reach over the catalogue is what a popular product for everybody would hide. */
function summary(answers: readonly RecommendAnswer[], dryRun: boolean): string {
	const ready = answers.flatMap((answer) => (answer.ok ? [answer.recommended] : []));
	const now = ready.flatMap((one) => (one.ready === 'now' ? [one.offers[0]] : []));
	const later = ready.filter((one) => one.ready === 'later').length;
	const counts = new Map<string, number>();
	for (const { product } of now) counts.set(product.id, (counts.get(product.id) ?? 0) + 1);
	const most = Math.max(0, ...counts.values());
	const spread = now.length > 1 ? `, ${counts.size} different ${counts.size === 1 ? 'product' : 'products'} first (the most frequent one in ${Math.round((100 * most) / now.length)} % of them)` : '';
	return `${dryRun ? 'Test run, nothing recorded: ' : ''}${now.length} to offer now${spread}, ${later} later, ${ready.length - now.length - later} with nothing that fits.`;
}
