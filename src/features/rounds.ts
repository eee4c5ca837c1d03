import type { AsOf, Round, ShopHistory, Whole } from './contract';

/** A round whose two halves understand each other. */
export function round<Model extends object, Settings extends object, Gathered extends object>(halves: {
	gather(part: ShopHistory, asOf: AsOf, settings: Settings, whole: Whole, before?: Model): Gathered;
	learn(gathered: readonly Gathered[], asOf: AsOf, settings: Settings, whole: Whole, before?: Model): Model;
}): Round<Model, Settings> {
	return halves as unknown as Round<Model, Settings>;
}

/** Learns of a shop that lies in one part. */
export function fitWhole<Model extends object, Settings extends object>(rounds: readonly Round<Model, Settings>[], history: ShopHistory, asOf: AsOf, settings: Settings): Model {
	const whole: Whole = { customers: history.orders.numbers.length, currency: history.currency, marginElsewhere: history.margins?.elsewhere ?? null };
	let model: Model | undefined;
	for (const { gather, learn } of rounds) model = learn([gather(history, asOf, settings, whole, model)], asOf, settings, whole, model);
	return model as Model;
}
