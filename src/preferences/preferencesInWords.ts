import { PURCHASES_DAYS, type PreferenceFacts, type PreferenceModel } from './contract';
import { preferencesOf } from './preferenceModel';
import { favouriteCategory } from './favouriteCategory';
import { pricePreference } from './pricePreference';
import { bestChannel, responsesOf } from './responses';

const MONTHS = Math.round(PURCHASES_DAYS / 30.4);
const THIRDS = { low: 'lowest', middle: 'middle', high: 'highest' } as const;

/** Why a customer's preferences are what they are, in sentences for a person. */
export function preferencesInWords(model: PreferenceModel, facts: PreferenceFacts, at: number): string {
	const { engagement, best_hour: hour, views_30d: views } = preferencesOf(model, facts, at);
	const price = pricePreference(model.prices, facts.lines);
	const favourite = favouriteCategory(facts.lines);
	const responses = responsesOf(facts.deeds);
	const channel = bestChannel(responses, facts.sent, model.channels);
	const sentences = [
		price ? `Price preference ${price.tier}: ${percent(price.share)} of what they buy is in the ${THIRDS[price.tier]} third of prices of its category (${price.lines} purchases in ${MONTHS} months).` : 'Price preference not known: too few purchases to compare.',
		favourite ? `Favorite category ${favourite.category}: ${percent(favourite.share)} of the money, ${favourite.orders} orders.` : 'No favorite category.',
		...(engagement === null ? [] : [`Engagement ${engagement.toFixed(2)} of 1, where 0.50 is typical of those who are active.`]),
		...(hour === null ? [] : [`Responds best at ${String(hour).padStart(2, '0')}:00 local time${channel ? `, by ${channel.channel} (${channel.responses} of ${channel.sent})` : ''}.`]),
		...(views === null ? [] : [`${views} ${views === 1 ? 'view' : 'views'} in 30 days.`]),
	];
	return sentences.join(' ');
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
