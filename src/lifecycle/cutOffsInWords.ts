import type { LifecycleSettings } from './settings';

/** Where stages begin in this shop, a sentence each. */
export function cutOffsInWords(settings: LifecycleSettings): string[] {
	const { by, holdDays, vipShare } = settings;
	const from = (stage: 'due' | 'dormant' | 'churned') => (by === 'gap' ? `${round(settings[stage])} times the customer's usual gap` : `${round(settings[`${stage}Days`])} days`);
	return [
		`Due after ${from('due')} without an order, dormant after ${from('dormant')}, churned after ${from('churned')}${by === 'gap' ? ' or when hardly anybody of this shop ever stayed away so long' : ''}.`,
		holdDays === 0 ? 'Journeys are told at once.' : `Journeys are told when a stage that time alone has brought has held ${round(holdDays)} ${holdDays === 1 ? 'day' : 'days'}; of an order they are told at once.`,
		`VIP: the ${round(vipShare * 100)} % of the buyers with the highest margin of twelve months.`,
	];
}

const round = (value: number): number => Math.round(value * 100) / 100;
