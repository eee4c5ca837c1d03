import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { describeInBrowser, inEditor, type Editor } from './support/browser';
import { MailSink } from './support/mailSink';
import { TestN8n, type WorkflowJson } from './support/n8n';
import { projectRoot } from './support/scripts';

const TEMPLATE = path.join(projectRoot, 'templates', 'abandoned-cart', 'workflow.json');

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

/** Imports the template as a person does, from its file, and gives its letters the test's mail server. @returns the workflow's id */
async function importTemplate(editor: Editor): Promise<string> {
	const { page } = editor;
	await editor.openWorkflow();
	await page.getByTestId('workflow-menu').waitFor();
	await page.getByTestId('workflow-import-input').setInputFiles(TEMPLATE);
	await page.waitForURL(/\/workflow\/(?!new)\w+/);
	const id = /workflow\/(\w+)/.exec(page.url())![1]!;
	await page.getByTestId('canvas-node').nth(20).waitFor({ state: 'attached' });
	const saved = await savedByItself(id);
	const { id: smtpId, name } = await n8n.rest.createCredential('Mail', 'smtp', sink.credential());
	const nodes = saved.nodes.map((node) => (node.type === 'n8n-nodes-base.emailSend' ? { ...node, credentials: { smtp: { id: smtpId, name } } } : node));
	await n8n.rest.updateWorkflow(id, { versionId: saved.versionId, nodes });
	await editor.openWorkflow(id);
	await page.getByTestId('canvas-node').nth(20).waitFor({ state: 'attached' });
	return id;
}

/** The editor saves what was imported some seconds later. */
async function savedByItself(id: string): Promise<WorkflowJson & { versionId: string }> {
	for (const end = Date.now() + 60_000; ; await pause(500)) {
		try {
			return await n8n.rest.workflow(id);
		} catch (error) {
			if (Date.now() > end) throw error;
		}
	}
}

const nodeNamed = ({ page }: Editor, name: string): Locator => page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);

async function openForm(editor: Editor, name: string): Promise<Locator> {
	await nodeNamed(editor, name).dblclick();
	const form = editor.page.getByTestId('ndv');
	await form.waitFor();
	return form;
}

async function closeForm({ page }: Editor): Promise<void> {
	await page.keyboard.press('Escape');
	await page.getByTestId('ndv').waitFor({ state: 'hidden' });
}

describeInBrowser('The abandoned-cart template in the editor', () => {
	test('opens with named outputs and readable subtitles, and a test run goes through the waits with a hint', async () => {
		await inEditor(n8n, 'template', async (editor) => {
			const { page } = editor;
			await importTemplate(editor);
			await page.keyboard.press('1');
			for (const output of ['Customers', "Time's Up", 'order_placed', 'Send', 'Blocked', 'Result']) await page.getByText(output, { exact: true }).first().waitFor();
			const subtitles = { 'Cart left behind': 'on cart_updated', 'A day later': '24 hours', 'May letter 1 go?': 'email · cart', 'Take in shop events': 'Take in shop data' };
			for (const [name, subtitle] of Object.entries(subtitles)) await nodeNamed(editor, name).getByText(subtitle).waitFor();
			await editor.screenshot('template-canvas');

			await nodeNamed(editor, 'Cart left behind').hover();
			await page.getByTestId('execute-workflow-button-Cart left behind').click();
			await sink.settle(1, { withinMs: 60_000 });
			expect(sink.mails.map(({ recipients }) => recipients).flat().every((address) => address.endsWith('@example.com'))).toBe(true);
			expect(sink.mails.length).toBeGreaterThanOrEqual(1);
			await editor.screenshot('template-test-run');

			const wait = await openForm(editor, 'Wait for the order');
			await wait.getByText(/Test run: passed at once.*would wait here until/).first().waitFor();
			await editor.screenshot('journey-wait-hint');
			await closeForm(editor);
		});
	});

	test("Contact Policy's form shows its rules, and the company's", async () => {
		await inEditor(n8n, 'policy', async (editor) => {
			await importTemplate(editor);
			const form = await openForm(editor, 'May letter 1 go?');
			for (const label of ['Channels', 'Category', 'Kind of Message', 'Stricter Limits for This Node']) await form.getByText(label, { exact: true }).first().waitFor();
			await editor.screenshot('contact-policy-check');
			await closeForm(editor);
			const node = { id: 'company', name: 'Company policy', type: 'n8n-nodes-customer-journeys.contactPolicy', typeVersion: 1, position: [0, 0], parameters: { operation: 'editPolicy' } };
			const { id } = await n8n.rest.createWorkflow({ name: 'Company policy', nodes: [node], connections: {}, settings: {} });
			await editor.openWorkflow(id);
			const company = await openForm(editor, 'Company policy');
			for (const label of ['Limits', 'Quiet Hours', 'Marketing Needs Consent']) await company.getByText(label, { exact: true }).first().waitFor();
			await editor.screenshot('contact-policy-company');
		});
	});
});
