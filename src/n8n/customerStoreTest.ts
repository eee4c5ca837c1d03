import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';
import { storeLocation, type StoreCredential } from './storeCredential';
import { processRegistry } from './storeRegistry';

/** Really opens the store, making or upgrading it, and asks it how it is. */
export async function customerStoreTest(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	try {
		const handle = processRegistry().lease(storeLocation(credential.data as StoreCredential | undefined));
		try {
			const { counts, schemaVersion } = await handle.run('store.info', {});
			const customers = counts.customers === 1 ? '1 customer' : `${counts.customers.toLocaleString('en')} customers`;
			return { status: 'OK', message: `Connected: ${customers}, schema ${schemaVersion}` };
		} finally {
			handle.release();
		}
	} catch (error) {
		return { status: 'Error', message: (error as Error).message };
	}
}
