import type { Store } from '../store/Store';
import { refuseRefusals } from './refusals';
import type { SavedStep } from './savedTest';

/**
 * Hands what a step of a saved test says to the store, as it would come in from a shop. `webhook` and `advance` are no
 * business of the store.
 * @throws JourneyError with the record that the store refuses
 */
export async function tellStore(store: Store, step: SavedStep): Promise<void> {
	const what = `The ${step.kind} at ${new Date(step.atMs).toISOString()}`;
	switch (step.kind) {
		case 'event':
			return refuseRefusals(what, await store.run('events.track', { items: [step.event] }));
		case 'order':
			return refuseRefusals(what, await store.run('orders.record', { items: [step.order] }));
		case 'consent':
			return refuseRefusals(what, await store.run('consents.set', { items: [step.consent] }));
		case 'message':
			return refuseRefusals(what, await store.run('messages.record', { items: [step.message] }));
		case 'subscription':
			return refuseRefusals(what, await store.run('subscriptions.upsert', { items: [step.subscription] }));
		case 'customer':
			return refuseRefusals(what, await store.run('customers.upsert', { items: [step.customer] }));
		case 'product':
			return refuseRefusals(what, await store.run('products.upsert', { items: [step.product] }));
		case 'webhook':
		case 'advance':
			return;
	}
}
