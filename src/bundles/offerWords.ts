import type { Because } from './offerCandidates';
import type { NothingWhy } from './recommend';

export type OfferLanguage = 'en' | 'ru';

/** The language for a locale such as `ru-RU`; English for all that are not written here. */
export function offerLanguage(locale: string | null): OfferLanguage {
	return locale !== null && /^ru\b/i.test(locale) ? 'ru' : 'en';
}

type Unit = 'day' | 'month' | 'year';

const FORMS: Record<OfferLanguage, Record<Unit, Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>> = {
	en: { day: { one: 'day', other: 'days' }, month: { one: 'month', other: 'months' }, year: { one: 'year', other: 'years' } },
	ru: { day: { one: 'день', few: 'дня', other: 'дней' }, month: { one: 'месяц', few: 'месяца', other: 'месяцев' }, year: { one: 'год', few: 'года', other: 'лет' } },
};
const PLURALS = { en: new Intl.PluralRules('en'), ru: new Intl.PluralRules('ru') };

/** "21 day": so many days, or months and years where days would be too many to grasp. */
export function spanInWords(days: number, language: OfferLanguage): string {
	const [count, unit]: [number, Unit] = days < 60 ? [days, 'day'] : days < 730 ? [Math.round(days / 30.44), 'month'] : [Math.round(days / 365.25), 'year'];
	const forms = FORMS[language][unit];
	return `${count} ${forms[PLURALS[language].select(count)] ?? forms.other}`;
}

/**
 * Why an offer comes, in a sentence for the customer's letter.
 * @param origin name of the product that the reason goes back to
 * @param daysAgo since its purchase; null: it lies in the cart
 */
export function reasonInWords({ by }: Because, origin: string, daysAgo: number | null, language: OfferLanguage): string {
	const ago = daysAgo === null ? null : spanInWords(Math.max(daysAgo, 0), language);
	const bought = ago !== null && (daysAgo as number) > 0;
	if (language === 'ru') {
		switch (by) {
			case 'together':
				return `Часто берут вместе: «${origin}» и этот товар.`;
			case 'likely':
				return `Кто купил «${origin}», часто берёт и это.`;
			case 'again':
				return bought ? `Вы купили «${origin}» ${ago} назад: возможно, пора повторить.` : `«${origin}»: возможно, пора повторить.`;
			case 'later':
				return bought ? `Вы купили «${origin}» ${ago} назад: примерно в это время многие берут и этот товар.` : `После «${origin}» многие берут и этот товар.`;
			case 'tier':
				return `Следующая ступень после «${origin}».`;
			case 'successor':
				return `Новая версия того, что у вас есть: «${origin}».`;
			case 'lifetime':
				return bought ? `«${origin}» у вас уже ${ago}: пора подумать о замене.` : `«${origin}»: пора подумать о замене.`;
		}
	}
	switch (by) {
		case 'together':
			return `Often bought together with ${origin}.`;
		case 'likely':
			return `Customers who bought ${origin} like this too.`;
		case 'again':
			return bought ? `You bought ${origin} ${ago} ago: it may be time for more.` : `${origin}: it may be time for more.`;
		case 'later':
			return bought ? `You bought ${origin} ${ago} ago: about now many customers add this.` : `After ${origin} many customers add this.`;
		case 'tier':
			return `A step up from ${origin}.`;
		case 'successor':
			return `The new version of what you have: ${origin}.`;
		case 'lifetime':
			return bought ? `You have had ${origin} for ${ago}: it may be time for a new one.` : `${origin}: it may be time for a new one.`;
	}
}

const NOTHING: Record<NothingWhy, string> = {
	empty_cart: 'The cart holds no product that has an ID.',
	no_history: 'The customer has bought nothing yet, and there is no cart to go by.',
	unknown_products: 'None of the products in the cart is in the store: load the catalogue (Customer Data > Product) or check the product IDs.',
	no_links: 'Nothing is bought together with, or after, what this customer has, often enough to be more than chance.',
	unknown_product: 'What fits is not in the catalogue any more.',
	in_cart: 'What fits lies in the cart already.',
	out_of_stock: 'What fits is out of stock.',
	returned: 'The customer gave back what would fit.',
	owned: 'The customer has what fits already, and it is not bought twice.',
	owns_better: 'The customer has something as good or better already.',
	resting: 'What fits was offered or declined lately; it rests for the days that are set.',
	kind_not_wanted: 'What fits is of a kind that is not chosen under "Kinds of Offers".',
	category_not_wanted: 'What fits is in none of the categories that are set.',
	no_price: 'A better product is there, but the catalogue does not know the prices to compare.',
	too_dear: 'What fits costs more than this customer\'s price reach.',
	other_currency: 'What fits is priced in another currency than what the customer chose.',
	margin_unknown: 'The margin of what fits is not known, and a floor is set for it.',
	margin_too_low: 'What fits earns less than the margin floor.',
	no_gain: 'What fits would be bought as often without an offer.',
};

/** Why nothing fits, in a sentence for the marketer. */
export const nothingInWords = (why: NothingWhy): string => NOTHING[why];
