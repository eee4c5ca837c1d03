import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeReplayStore } from '../../src/replay/replayStore';
import { ReplayWorld, type StoreListener } from '../../src/replay/replayWorld';
import { readSavedTest } from '../../src/replay/savedTest';
import type { CapturedMessage } from '../../src/replay/standIns';
import { testTemplate } from '../../src/replay/testTemplate';
import { checkTemplate } from '../../src/cli/templates/check';

const folder = path.join(__dirname, '..', '..', 'templates', 'abandoned-cart');
const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Json;
const REMINDER = 'Letter 1: your cart';

interface Json {
	[key: string]: unknown;
	nodes: { name: string; parameters: Record<string, unknown> }[];
	clock: string;
	steps: object[];
	expect: { customer: string }[];
}

/** The template with one parameter of one node changed. */
function changed(node: string, parameters: Record<string, unknown>): Json {
	const workflow = read('workflow.json');
	const found = workflow.nodes.find(({ name }) => name === node)!;
	Object.assign(found.parameters, parameters);
	return workflow;
}

test('is complete, and free of what belongs to one instance', () => {
	expect(checkTemplate({ slug: 'abandoned-cart', folder })).toEqual([]);
});

describe('its saved test', () => {
	const messages: CapturedMessage[] = [];
	const reported: string[] = [];
	const listen: StoreListener = (name, input) => {
		if (name === 'messages.record') for (const { result, key } of (input as { items: { result: string; key?: string }[] }).items) if (key) reported.push(result);
	};
	beforeAll(async () => {
		const result = await testTemplate(read('workflow.json'), readSavedTest(read('scenario.json')), { onMessage: (message) => messages.push(message), onStore: listen });
		expect(result.problems).toEqual([]);
	});
	const letters = (customer: string) => messages.filter((message) => message.customer === customer);

	test('every letter is reported as sent or failed, by its key', () => {
		expect(messages.filter(({ outcome }) => outcome === 'failed').map(({ customer }) => customer)).toEqual(['ivan', 'ivan', 'ivan']);
		expect(reported.filter((result) => result === 'failed')).toHaveLength(3);
		expect(reported.filter((result) => result === 'sent')).toHaveLength(messages.length - 3);
	});

	test('speaks the language of the customer', () => {
		expect(letters('boris').map(({ subject }) => subject)).toEqual(['Вы кое-что оставили в корзине']);
		expect(letters('boris')[0]!.html).toContain('Здравствуйте, Борис!');
		expect(letters('carla').map(({ subject }) => subject)).toEqual(['You left something in your cart', 'Still thinking it over?', 'A little something for your cart']);
		expect(letters('ivan')[2]!.html).toContain('до 22 ноября включительно');
		expect(letters('carla')[2]!.html).toContain('until the end of 22 November');
	});

	test('the second letter names what others buy with the cart, and why; never what lies in it', () => {
		expect(letters('carla')[1]!.html).toContain('<b>Linden honey &#60;raw&#62; &#38; comb, €8.00</b><br>Often bought together with Black tea &#60;first flush&#62; &#38; honey.');
		expect(letters('ivan')[1]!.html).toContain('Часто берут вместе: «Black tea &#60;first flush&#62; &#38; honey» и этот товар.');
		for (const { html, nodeName } of messages) if (nodeName !== 'Letter 2: what is in it') expect(html).not.toContain('Linden honey');
		expect(letters('kira').find(({ nodeName }) => nodeName.startsWith('Letter 2'))?.html).not.toContain('<b>Black tea');
	});

	test('what a shop or a customer wrote cannot break out of its place in the letter', () => {
		expect(letters('nora')[0]!.html).toContain('Hello, Nora &#60;3!');
		expect(letters('carla')[1]!.html).toContain('Black tea &#60;first flush&#62; &#38; honey');
		for (const { html } of messages) expect(html).not.toMatch(/<3|<first|undefined|\[object|\{\{/);
	});

	test('shows the cart as it is now, with prices, a way back and a way out', () => {
		const [, second] = letters('greta');
		expect(second!.html).toContain('€9.50');
		expect(second!.html).not.toContain('Stoneware cup');
		for (const { html } of messages) {
			expect(html).toMatch(/href="https:\/\/shop\.example\.com\/cart\/cart-/);
			expect(html).toMatch(/href="https:\/\/n8n\.example\/webhook\/[^"]+unsubscribe\?t=[^"]+"/);
		}
	});
});

test.each([
	['a wait of two hours instead of one', 'Wait for the order', { timeoutAmount: 2 }, 'later than expected'],
	['no hold for a cart that still changes', 'Cart left behind', { quietFor: 0 }, 'earlier than expected'],
	['a journey that nobody leaves', 'Cart left behind', { exits: {} }, `Unexpected: boris gets "Letter 2`],
	['carts that are not told apart', 'Cart left behind', { entryPer: 'event' }, 'Missing: kira gets'],
	['letters of a class that needs no consent', 'May letter 1 go?', { messageClass: 'transactional' }, `Unexpected: dmitri gets "${REMINDER}"`],
])('its saved test notices %s', async (_, node, parameters, problem) => {
	const { problems } = await testTemplate(changed(node, parameters), readSavedTest(read('scenario.json')));
	expect(problems.join('\n')).toContain(problem);
});

describe('carla, who never buys', () => {
	const saved = read('scenario.json');
	const left = (saved.steps as { event?: { customer: string } }[]).find(({ event }) => event?.customer === 'carla');
	const carla = readSavedTest({ ...saved, steps: [left], expect: saved.expect.filter(({ customer }) => customer === 'carla') });

	test('gets no third letter when Settings hold no coupon', async () => {
		const workflow = read('workflow.json');
		const settings = workflow.nodes.find(({ name }) => name === 'Settings')!.parameters as { assignments: { assignments: { name: string; value: unknown }[] } };
		settings.assignments.assignments.find(({ name }) => name === 'settings.coupon')!.value = '';
		const { problems } = await testTemplate(workflow, carla);
		expect(problems).toEqual([expect.stringContaining('Missing: carla gets "Letter 3')]);
	});

	// n8n then lets the items through by the *first* output, as if they had been sent.
	test('has a letter that failed, not one that was sent, when the mail node as a whole could not run', async () => {
		const workflow = read('workflow.json');
		Object.assign(workflow.nodes.find(({ name }) => name === REMINDER)!, { type: 'n8n-nodes-base.stopAndError', typeVersion: 1, parameters: { errorMessage: 'No credential' } });
		const results: unknown[] = [];
		await testTemplate(workflow, carla, { onStore: (name, input) => name === 'messages.record' && results.push(...(input as { items: unknown[] }).items) });
		expect(results).toEqual([expect.objectContaining({ result: 'failed', reason: expect.stringContaining('credential') as string }), expect.objectContaining({ result: 'sent' }), expect.objectContaining({ result: 'sent' })]);
	});
});

describe('shop events', () => {
	const NOW = Date.parse('2026-11-16T09:00:00Z');
	const HOOK = 'Shop sends events here';
	const webhook = (body: object) => ({ headers: {}, params: {}, query: {}, body }) as never;

	test('carts and orders that the webhook takes in start and end the journey', async () => {
		const { store, remove } = await makeReplayStore(NOW);
		const letters: string[] = [];
		const world = await ReplayWorld.open({ workflow: read('workflow.json'), store, atMs: NOW, onMessage: ({ customer, nodeName }) => letters.push(`${customer} ${nodeName}`) });
		try {
			await store.run('consents.set', { items: ['ann', 'bob'].map((id) => ({ ref: { customerId: id }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: NOW })) });
			for (const customer of ['ann', 'bob']) {
				const cart = { type: 'cart_updated', customer_id: customer, email: `${customer}@example.com`, properties: { cart_id: `c-${customer}`, items: [{ name: 'Tea', quantity: 1, price: '9.50' }] } };
				expect((await world.receive(HOOK, webhook(cart))).error).toBeUndefined();
			}
			expect((await world.receive(HOOK, webhook({ type: 'order_placed', customer_id: 'bob', properties: { cart_id: 'c-bob', total: '9.50' } }))).error).toBeUndefined();
			await world.driver.advanceTo(NOW + 2 * 3_600_000);
			expect(letters).toEqual([`ann ${REMINDER}`]);
			expect(world.failures()).toEqual([]);
		} finally {
			await world.close();
			await remove();
		}
	});
});
