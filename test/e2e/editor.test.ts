import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '../../src/store/open';
import { TEST_ADDRESS } from '../../src/n8n/testCustomer';
import { describeInBrowser, inEditor, type Editor } from './support/browser';
import { FormFields } from './support/formFields';
import { forms } from './support/forms';
import { MailSink } from './support/mailSink';
import { TestN8n } from './support/n8n';
import { projectRoot } from './support/scripts';

const TEMPLATE = path.join(projectRoot, 'templates', 'abandoned-cart', 'workflow.json');
const NODES = 24;

let n8n: TestN8n;
let sink: MailSink;
beforeAll(async () => {
	n8n = await TestN8n.start('editor');
	sink = await MailSink.start();
});
afterAll(async () => {
	await n8n?.remove();
	await sink?.stop();
});

/** Imports the template as a person does and gives its letters the test's mail server. */
async function importTemplate(editor: Editor): Promise<void> {
	const id = await editor.importFile(TEMPLATE);
	await editor.page.getByTestId('canvas-node').nth(NODES - 2).waitFor({ state: 'attached' });
	const saved = await saidByRest(() => n8n.rest.workflow(id));
	const { id: smtpId, name } = await n8n.rest.createCredential('Mail', 'smtp', sink.credential());
	const nodes = saved.nodes.map((node) => (node.type === 'n8n-nodes-base.emailSend' ? { ...node, credentials: { smtp: { id: smtpId, name } } } : node));
	await n8n.rest.updateWorkflow(id, { versionId: saved.versionId, nodes });
	await openWorkflow(editor, id, NODES - 1);
}

/** A workflow of nodes that are not connected, in rows of six. */
async function openNodes(editor: Editor, nodes: readonly { name: string; type: string; parameters: Record<string, unknown> }[]): Promise<string> {
	const { id } = await n8n.rest.createWorkflow({
		name: 'Forms',
		nodes: nodes.map((node, place) => ({ id: crypto.randomUUID(), typeVersion: 1, position: [(place % 6) * 260, Math.floor(place / 6) * 220], ...node, type: `n8n-nodes-customer-journeys.${node.type}` })),
		connections: {},
		settings: {},
	});
	await openWorkflow(editor, id, nodes.length);
	return id;
}

async function openWorkflow(editor: Editor, id: string, nodes: number): Promise<void> {
	await editor.openWorkflow(id);
	await editor.page.getByTestId('canvas-node').nth(nodes - 1).waitFor({ state: 'attached' });
	await editor.page.keyboard.press('1');
}

/** The editor saves by itself, some seconds later. */
async function saidByRest<T>(ask: () => Promise<T>, fits: (answer: T) => boolean = () => true): Promise<T> {
	for (const end = Date.now() + 60_000; ; await pause(500)) {
		const answer = await ask().catch((error: unknown) => {
			if (Date.now() > end) throw error;
			return undefined;
		});
		if (answer !== undefined && fits(answer)) return answer;
		if (Date.now() > end) throw new Error(`n8n still says ${JSON.stringify(answer)}`);
	}
}

const outputsOf = async (editor: Editor, name: string) => await editor.node(name).getByTestId('canvas-node-output-handle').allInnerTexts();

describeInBrowser('The abandoned-cart template in the editor', () => {
	test('opens with named outputs and readable subtitles', async () => {
		await inEditor(n8n, 'template', async (editor) => {
			await importTemplate(editor);
			expect(await outputsOf(editor, 'Cart left behind')).toEqual(['Customers']);
			expect(await outputsOf(editor, 'Wait for the order')).toEqual(["Time's Up", 'order_placed']);
			expect(await outputsOf(editor, 'May letter 1 go?')).toEqual(['Send', 'Blocked']);
			expect(await outputsOf(editor, 'Take in shop events')).toEqual(['Result']);
			const subtitles = { 'Cart left behind': 'on cart_updated', 'Wait for the order': 'order_placed or 1 hour', 'A day later': '24 hours', 'May letter 1 go?': 'email · cart', 'May letter 3 go?': 'email · promo/cart', 'Take in shop events': 'Take in shop data' };
			for (const [name, subtitle] of Object.entries(subtitles)) {
				await editor.node(name).getByText(subtitle, { exact: true }).waitFor();
				expect(await editor.cutTexts(editor.node(name))).toEqual([]);
			}
			await editor.screenshot('template-canvas');
		});
	});

	test('goes through the waits in a test run, says in hints until when they would last, and mails the test customer', async () => {
		await inEditor(n8n, 'template-test-run', async (editor) => {
			await importTemplate(editor);
			await editor.node('Cart left behind').hover();
			await editor.page.getByTestId('execute-workflow-button-Cart left behind').click();
			await sink.settle(3, { withinMs: 60_000 });
			expect(sink.mails.map(({ recipients }) => recipients)).toEqual([[TEST_ADDRESS], [TEST_ADDRESS], [TEST_ADDRESS]]);
			await editor.node('Letter 3 went out').getByTestId('canvas-node-status-success').waitFor();
			await editor.screenshot('template-test-run');
			for (const name of ['Wait for the order', 'A day later', 'Two days later']) {
				const form = await editor.openForm(name);
				await form.getByText(/^Test run: passed at once\. On the journey the customer would wait here until \w+ \d+ \w+ \d{4}, \d\d:\d\d \(/).first().waitFor();
				await editor.screenshot(`test-run-${name.toLowerCase().replaceAll(' ', '-')}`);
				await editor.closeForm();
			}
			const policy = await editor.openForm('May letter 1 go?');
			await policy.getByText(/^Test run: nothing is counted or held\. \w+/).first().waitFor();
			await editor.screenshot('test-run-contact-policy');
			await editor.closeForm();
			await editor.openForm('Cart left behind');
			await editor.screenshot('test-run-journey-trigger');
		});
		const store = await openStore({ kind: 'file', file: n8n.storeFile() });
		const { counts } = await store.run('store.info', {});
		await store.close();
		expect(counts).toMatchObject({ customers: 0, events: 0, waiting: 0, touches: 0 });
	});
});

describeInBrowser('The forms of the nodes', () => {
	test('show their fields, whole', async () => {
		await inEditor(n8n, 'forms', async (editor) => {
			await openNodes(editor, forms);
			await editor.screenshot('forms-canvas');
			const cut: { name: string; texts: string[] }[] = [];
			for (const { name, labels, subtitle, outputs } of forms) {
				expect({ name, outputs: await outputsOf(editor, name) }).toEqual({ name, outputs });
				if (subtitle) await editor.node(name).getByText(subtitle, { exact: true }).waitFor();
				await editor.page.setViewportSize({ width: 1600, height: 2600 });
				const form = await editor.openForm(name);
				for (const label of labels) await form.getByText(label, { exact: true }).first().waitFor();
				const texts = await editor.cutTexts(form.getByTestId('node-parameters').first());
				if (texts.length > 0) cut.push({ name, texts });
				await editor.screenshot(name, form.getByTestId('node-parameters').first());
				await editor.closeForm();
			}
			expect(cut).toEqual([]);
		});
	});

	test('of the company policy keep off what is switched off, and say what was saved', async () => {
		await inEditor(n8n, 'company-policy', async (editor) => {
			const id = await openNodes(editor, [{ name: 'Company policy', type: 'contactPolicy', parameters: { operation: 'editPolicy' } }]);
			const form = await editor.openForm('Company policy');
			await form.getByTestId('parameter-input-hasQuietHours').click();
			await saidByRest(async () => await n8n.rest.workflow(id), ({ nodes }) => nodes[0]!.parameters.hasQuietHours === false);
			await openWorkflow(editor, id, 1);
			const again = await editor.openForm('Company policy');
			await again.getByText('Keep Quiet Hours', { exact: true }).waitFor();
			expect(await again.getByText('Add Quiet Hours').count()).toBe(0);
			await again.getByTestId('node-execute-button').click();
			await again.getByText(/Quiet hours: none\./).first().waitFor();
			await editor.screenshot('company-policy-saved');
		});
		const store = await openStore({ kind: 'file', file: n8n.storeFile() });
		expect((await store.run('policy.get', { name: 'default' }))?.body).toMatchObject({ quietHours: [] });
		await store.close();
	});
});

describeInBrowser('The form of Segment', () => {
	test('lets a marketer say "bought coffee at least twice in 90 days and did not open a message for 30 days", sees how many they are, and saves it', async () => {
		const DAY = 86_400_000;
		const store = await openStore({ kind: 'file', file: n8n.storeFile() }, { thread: false });
		const { now } = await store.run('store.settings', {});
		await store.run('products.upsert', { items: [{ source: 's', productId: 'espresso', category: 'Coffee' }, { source: 's', productId: 'cup', category: 'Cups' }] });
		const order = (customerId: string, daysAgo: number, productId = 'espresso') => ({ ref: { customerId }, source: 's', orderId: `${customerId}-${daysAgo}`, orderedAt: now - daysAgo * DAY, currency: 'EUR', status: 'paid' as const, lines: [{ productId, quantity: 1, priceE4: 1, amountE4: 1 }] });
		await store.run('orders.record', { backfill: true, items: [order('seg-a', 10), order('seg-a', 80), order('seg-b', 10), order('seg-b', 95), order('seg-c', 1), order('seg-c', 2), order('seg-d', 3, 'cup'), order('seg-d', 4, 'cup')] });
		await store.run('events.track', { backfill: true, items: [{ ref: { customerId: 'seg-c' }, type: 'message_opened', occurredAt: now - 3 * DAY, source: 'mail', properties: {} }] });
		await store.close();
		await inEditor(n8n, 'segment-form', async (editor) => {
			const id = await openNodes(editor, [{ name: 'Coffee lovers', type: 'segment', parameters: { operation: 'save' } }]);
			const { page } = editor;
			await page.setViewportSize({ width: 1600, height: 2000 });
			const form = (await editor.openForm('Coffee lovers')).getByTestId('node-parameters').first();
			const fields = new FormFields(form);
			await fields.write('segmentName', 'Coffee lovers');
			await fields.add('Add Condition', 'Bought or Did Not Buy', 'what');
			await fields.choose('what', 'A Category');
			await fields.choose('category', 'Coffee');
			await fields.write('value', '2');
			await fields.write('days', '90');
			await fields.add('Add Condition', 'Did or Did Not Do', 'eventType');
			await fields.choose('whether', 'Did Not', 1);
			await fields.choose('eventType', 'Message Opened');
			const size = () => fields.field('size').locator('input').first().inputValue();
			for (const end = Date.now() + 60_000; !/^Right now 1 of /.test(await size()) && Date.now() < end; ) await pause(500);
			expect(await size()).toMatch(/^Right now 1 of \d+ customers/);
			await editor.screenshot('segment-built', form);
			await saidByRest(async () => await n8n.rest.workflow(id), ({ nodes }) => JSON.stringify(nodes[0]!.parameters).includes('didNot'));
			await page.getByTestId('node-execute-button').click();
			await page.getByText('bought category "Coffee" at least 2 times in the last 90 days, and did not do message_opened in the last 30 days').first().waitFor();
			await editor.screenshot('segment-saved');
		});
		const again = await openStore({ kind: 'file', file: n8n.storeFile() }, { thread: false });
		expect(await again.run('segments.check', { segment: { name: 'Coffee lovers' }, items: ['seg-a', 'seg-b', 'seg-c', 'seg-d'].map((customerId, index) => ({ index, customer: { customerId } })) })).toMatchObject([{ inside: true }, { inside: false }, { inside: false }, { inside: false }]);
		await again.close();
	});
});

// Last: a new node takes the one credential that there is, and this one leads nowhere in the end.
describeInBrowser('The Customer Store credential', () => {
	test('opens the store when it is tested, and says what is wrong with one that cannot be reached', async () => {
		await inEditor(n8n, 'credential', async (editor) => {
			const { page } = editor;
			await openNodes(editor, [{ name: 'Customer data', type: 'customerData', parameters: {} }]);
			const form = await editor.openForm('Customer data');
			await form.getByText('Customer Store (Optional: One Is Built In)').waitFor();
			await form.getByText('Connect to Customer Store').click();
			const credential = page.getByTestId('editCredential-modal');
			await editor.screenshot('credential-embedded');
			await credential.getByTestId('credential-save-button').click();
			await credential.waitFor({ state: 'hidden' });
			await form.getByTestId('credential-edit-button').click();
			await credential.getByText('Connection tested successfully').waitFor();
			await editor.screenshot('credential-tested');

			await credential.getByTestId('parameter-input-type').click();
			await page.getByRole('option', { name: /^PostgreSQL/ }).click();
			await credential.getByTestId('parameter-input-port').locator('input').fill('1');
			await credential.getByTestId('credential-save-button').click();
			await credential.getByText(/Couldn.t connect with these settings/).waitFor();
			await credential.getByText('More details').click();
			await credential.getByText(/localhost/).first().waitFor();
			await editor.screenshot('credential-postgresql-not-reached');
		});
	});
});
