import type { IExecuteFunctions, ILoadOptionsFunctions, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { StoreLocation } from '../store/open';
import { STORE_CREDENTIAL, storeLocation, type StoreCredential } from './storeCredential';
import { storeInstead } from './storeInstead';
import { processRegistry, type StoreHandle } from './storeRegistry';

export type { StoreHandle } from './storeRegistry';

type StoreUser = IExecuteFunctions | ITriggerFunctions | IWebhookFunctions | ILoadOptionsFunctions;

/**
 * A claim on the store of the node's Customer Store credential, embedded `default` without one. Nothing is opened yet, so
 * this does not fail because a database is away; `handle.run` opens it. The caller releases the handle: `execute` after
 * use, `trigger()` in its close function. In a replay it is the replay's own store, whatever the credential.
 * @throws JourneyError for a credential that cannot be used, and for an embedded store in queue mode
 */
export async function storeFor(context: StoreUser, itemIndex = 0): Promise<StoreHandle> {
	return storeInstead() ?? processRegistry().lease(storeLocation(await credentialOf(context, itemIndex)));
}

/** Runs `use` with the node's store and releases it afterwards. */
export async function withStore<T>(context: StoreUser, use: (store: StoreHandle) => Promise<T>, itemIndex = 0): Promise<T> {
	const handle = await storeFor(context, itemIndex);
	try {
		return await use(handle);
	} finally {
		handle.release();
	}
}

/** Where the store of the node's credential lives, for work that needs a connection of its own. */
export async function locationFor(context: StoreUser, itemIndex = 0): Promise<StoreLocation> {
	return storeLocation(await credentialOf(context, itemIndex));
}

async function credentialOf(context: StoreUser, itemIndex: number): Promise<StoreCredential | undefined> {
	// getCredentials throws when an optional credential is not chosen.
	if (!context.getNode().credentials?.[STORE_CREDENTIAL]) return undefined;
	return await (context as IExecuteFunctions).getCredentials<StoreCredential & Record<string, unknown>>(STORE_CREDENTIAL, itemIndex);
}
