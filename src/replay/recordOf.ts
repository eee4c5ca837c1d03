import { JourneyError } from '../core/errors';
import type { CustomerRecord } from '../customers/contract';
import type { CustomerRef } from '../customers/identity';
import type { Store } from '../store/Store';

/** All that a store knows of a customer; null for one who is not there. */
export async function recordOf(store: Store, ref: CustomerRef): Promise<CustomerRecord | null> {
	try {
		return await store.run('customers.record', { ref });
	} catch (error) {
		if (error instanceof JourneyError && error.code === 'unknown_customer') return null;
		throw error;
	}
}
