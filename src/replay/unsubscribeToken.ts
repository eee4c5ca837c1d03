import type { Store } from '../store/Store';

/**
 * The token that an unsubscribe link in a letter to this customer would carry: what Contact Policy gives along, asked in
 * a dry run, so nothing is sent, counted or held.
 * @throws Error when no letter could go to this customer at all
 */
export async function unsubscribeTokenOf(store: Store, customerId: string): Promise<string> {
	const [answer] = await store.run('policy.pass', {
		workflowId: 'saved-test', stepKey: 'saved-test', nodeName: 'Saved test', nodeRules: [], messagesPerRun: 1, onSecondHandOff: 'block', batch: null, dryRun: true,
		items: [{ index: 0, customer: { customerId }, released: false, channel: 'email', category: '', class: 'transactional', priority: 50, tags: [], onBlock: 'drop', fallbackChannels: [], own: {}, mailingKey: 'saved-test' }],
	});
	const token = answer.result === 'send' ? answer.policy.unsubscribeToken : null;
	if (token === null) throw new Error(`No letter can go to ${customerId}, so there is no unsubscribe link.`);
	return token;
}
