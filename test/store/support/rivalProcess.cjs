/**
 * What one of several rivals does (rivals.ts): asks the policy, by both ways there are, for messages to customers whom the
 * others ask for too, reports what became of some, and moves the clock, so that windows open again and again.
 */
const MINUTE = 60_000;

/** @returns {Promise<object>} how often it was answered what */
exports.compete = async (store, options) => {
	const chance = sequence(options.seed);
	const one = (list) => list[Math.floor(chance() * list.length)];
	const told = { calls: 0, send: 0, held: 0, blocked: 0, reported: 0 };
	const until = performance.now() + (options.seconds ?? 0) * 1000;

	const message = () => ({ customer: options.only?.[told.calls] ?? `c${Math.floor(chance() * options.customers)}`, channel: one(['email', 'sms']), category: one(['promo', 'promo/sale', 'news']), priority: one([30, 50, 70]) });
	const keyOf = (index) => `${options.name}-${told.calls}-${index}`;

	async function pass(count) {
		const items = Array.from({ length: count }, (_, index) => {
			const { customer, ...rest } = message();
			return { index, customer: { customerId: customer }, mailingKey: keyOf(index), released: false, class: 'marketing', tags: [], onBlock: chance() < 0.7 ? 'drop' : 'delay', fallbackChannels: [], own: {}, ...rest };
		});
		const answers = await store.run('policy.pass', { workflowId: 'rivals', stepKey: `policy-${options.name}`, nodeName: 'Contact Policy', nodeRules: [], messagesPerRun: 1000, onSecondHandOff: 'block', batch: null, dryRun: false, items });
		for (const answer of answers) told[answer.result] += 1;
		return answers.flatMap((answer) => (answer.result === 'send' ? [answer.policy.key] : []));
	}

	async function decide(count) {
		const requests = Array.from({ length: count }, (_, index) => ({ key: keyOf(index), class: 'marketing', onBlock: 'drop', ...message() }));
		const answers = await store.run('policy.decide', { requests, dryRun: false });
		for (const answer of answers) {
			if ('error' in answer) throw new Error(answer.message);
			told[{ send: 'send', delay: 'held', drop: 'blocked' }[answer.decision]] += 1;
		}
		return answers.flatMap((answer) => (answer.decision === 'send' ? [answer.key] : []));
	}

	/** A message is reported once: failed frees its slot, sent keeps it. */
	async function report(keys) {
		const { now } = await store.run('store.settings', {});
		const items = keys.filter(() => chance() < 0.4).map((key) => ({ key, result: chance() < 0.3 ? 'failed' : 'sent', at: now }));
		if (items.length > 0) await store.run('messages.record', { items });
		told.reported += items.length;
	}

	do {
		const keys = chance() < 0.5 ? await pass(options.items ?? 1 + Math.floor(chance() * 25)) : await decide(options.items ?? 1 + Math.floor(chance() * 25));
		told.calls += 1;
		if (options.reports) await report(keys);
		if (options.movesClock) await store.run('clock.advance', { byMs: Math.floor(chance() * 3 * MINUTE) });
	} while (performance.now() < until || told.calls < (options.only?.length ?? options.leastCalls));
	return told;
};

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed) {
	let state = (seed % 2147483646) + 1;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
