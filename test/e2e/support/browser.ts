import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, selectors, type Locator, type Page } from 'playwright-core';
import { artifactsFolder } from './artifacts';
import type { TestN8n } from './n8n';

const candidates = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const executablePath = candidates.find((file) => file !== undefined && file !== '' && existsSync(file));

selectors.setTestIdAttribute('data-test-id');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/**
 * `describe` for tests that need a browser. Without one they are skipped with a message on a developer's machine and
 * fail where `CI=true` promises one.
 */
export function describeInBrowser(title: string, body: () => void): void {
	if (executablePath) return describe(title, body);
	const missing = 'No Chromium found: install Debian\'s chromium or set CHROMIUM_PATH to a Chromium or Chrome.';
	if (process.env.CI === 'true') {
		describe(title, () => {
			test('has a browser', () => {
				throw new Error(missing);
			});
		});
		return;
	}
	process.stderr.write(`Skipping "${title}". ${missing}\n`);
	describe.skip(title, body);
}

/**
 * Opens the editor of an n8n in a real browser, signed in, does the work and closes the browser. What is on the screen
 * when the work fails is kept as `artifacts/<name>-failed.png`.
 */
export async function inEditor<T>(n8n: TestN8n, name: string, work: (editor: Editor) => Promise<T>): Promise<T> {
	const browser = await chromium.launch({ executablePath, args: flags, headless: true });
	try {
		const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'en-GB' });
		const [cookieName, value] = n8n.rest.cookie!.split('=') as [string, string];
		await context.addCookies([{ name: cookieName, value, url: n8n.url }]);
		const page = await context.newPage();
		await slowDown(page);
		const editor = new Editor(page, n8n.url);
		try {
			return await work(editor);
		} catch (error) {
			await editor.screenshot(`${name}-failed`);
			throw error;
		}
	} finally {
		await browser.close();
	}
}

/** `E2E_SLOWDOWN=6` shows what a test does where the browser has a sixth of the processor. */
async function slowDown(page: Page): Promise<void> {
	const rate = Number(process.env.E2E_SLOWDOWN ?? 1);
	if (!(rate > 1)) return;
	const session = await page.context().newCDPSession(page);
	await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/** What a person does in the editor. */
export class Editor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		// The editor needs some 20 s on a small machine.
		page.setDefaultTimeout(60_000);
	}

	/** Opens a saved workflow, or an empty canvas. */
	async openWorkflow(id = 'new'): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
		await this.page.getByTestId('canvas-wrapper').waitFor();
	}

	/** Opens the node panel and types into its search. */
	async searchNodes(words: string): Promise<void> {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) await this.page.getByTestId('node-creator-plus-button').first().click();
		await search.fill(words);
	}

	/** Imports a workflow from its file, as by the menu of the editor. @returns its id; the editor saves it some seconds later */
	async importFile(file: string): Promise<string> {
		await this.openWorkflow();
		await this.page.getByTestId('workflow-menu').waitFor();
		await this.page.getByTestId('workflow-import-input').setInputFiles(file);
		await this.page.waitForURL(/\/workflow\/(?!new)\w+/);
		return /workflow\/(\w+)/.exec(this.page.url())![1]!;
	}

	/** A node on the canvas. */
	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	async openForm(name: string): Promise<Locator> {
		await this.node(name).dblclick();
		const form = this.page.getByTestId('ndv');
		await form.getByTestId('node-parameters').first().waitFor();
		return form;
	}

	async closeForm(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.page.getByTestId('ndv').waitFor({ state: 'hidden' });
	}

	/** Texts that end in an ellipsis because their place is too small. */
	async cutTexts(within: Locator): Promise<string[]> {
		return await within.locator('*').evaluateAll((elements) => {
			const { getComputedStyle } = globalThis as unknown as { getComputedStyle(element: unknown): { textOverflow: string } };
			const cut = elements.filter((element) => getComputedStyle(element).textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth);
			return cut.map((element) => element.textContent ?? '');
		});
	}

	/** Keeps what is seen now, or a part of it, as `artifacts/<name>.png`. */
	async screenshot(name: string, part: Page | Locator = this.page): Promise<string> {
		mkdirSync(artifactsFolder, { recursive: true });
		const file = path.join(artifactsFolder, `${name}.png`);
		await part.screenshot({ path: file });
		return file;
	}
}
