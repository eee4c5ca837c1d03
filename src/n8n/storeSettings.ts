import type { StoreHandle } from './storeRegistry';

/** What a store says about itself that readings of its input depend on. */
export interface StoreSettings {
	/** IANA zone of instants without an offset */
	timeZone: string;
	/** of amounts without a currency */
	currency: string | undefined;
	/** The store's clock, UTC ms: the machine's, or that of a test clock. */
	now: number;
}

export async function storeSettings(store: StoreHandle): Promise<StoreSettings> {
	const { zone, currency, now } = await store.run('store.settings', {});
	return { timeZone: zone, currency: currency ?? undefined, now };
}
