/**
 * `npm run template:cover [slug...]`: takes cover.png of each template from its canvas in a real n8n. What a person sees
 * after importing it: nodes, names, subtitles, sticky notes, without panels and badges.
 * Needs Chromium (Debian's `chromium`, or CHROMIUM_PATH).
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, selectors } from 'playwright-core';
import { installPackage } from './n8n/installPackage.mjs';
import { startN8n } from './n8n/instance.mjs';
import { prepareN8n } from './n8n/prepare.mjs';
import { N8nRest } from './n8n/rest.mjs';
import { root } from './paths.mjs';
import { step } from './progress.mjs';

const shelf = path.join(root, 'templates');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
/** Wide enough for a whole journey; more pixels than points keep the subtitles readable. */
const viewport = { width: 2000, height: 1150 };
const deviceScaleFactor = 1.25;
const margin = 16;

/** All that is not the canvas, and what the editor says of a workflow whose credentials nobody has chosen yet. */
const chrome = [
	'#sidebar', '#header', '#banners', '[data-test-id="main-sidebar"]', '[data-test-id="canvas-controls"]', '[data-test-id="canvas-minimap"]', '[data-test-id="logs-panel"]',
	'[data-test-id="node-issues"]', '[data-test-id="execute-workflow-button"]', '[class*="_nodeButtonsWrapper"]', '[class*="_executionButtons"]', '[class*="_setupCredentialsButtonWrapper"]', '.el-notification',
]; // prettier-ignore

const slugs = process.argv.slice(2).length > 0 ? process.argv.slice(2) : readdirSync(shelf).filter((name) => existsSync(path.join(shelf, name, 'workflow.json')));
const userFolder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-covers-'));
let n8n;
try {
	selectors.setTestIdAttribute('data-test-id');
	const prepared = await prepareN8n({ pinned: true });
	await step('Installing the packed nodes into n8n', () => installPackage(userFolder));
	n8n = await step('Starting n8n', () => startN8n(prepared, { userFolder }));
	const rest = new N8nRest(n8n.url);
	await rest.signIn();
	for (const slug of slugs) await step(`Taking the picture of ${slug}`, () => takeCover(rest, slug));
} finally {
	await n8n?.stop();
	rmSync(userFolder, { recursive: true, force: true, maxRetries: 5 });
}

async function takeCover(rest, slug) {
	const workflow = JSON.parse(readFileSync(path.join(shelf, slug, 'workflow.json'), 'utf8'));
	const { id } = await rest.createWorkflow(workflow);
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: flags });
	try {
		const context = await browser.newContext({ viewport, deviceScaleFactor, locale: 'en-GB' });
		const [name, value] = rest.cookie.split('=');
		await context.addCookies([{ name, value, url: rest.url }]);
		const page = await context.newPage();
		page.setDefaultTimeout(90_000);
		await page.goto(`${rest.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
		const drawn = page.locator('[data-test-id="canvas-node"], [data-test-id="sticky"]');
		await drawn.nth(workflow.nodes.length - 1).waitFor({ state: 'attached' });
		await page.addStyleTag({ content: `${chrome.join(', ')} { display: none !important; }` });
		await page.keyboard.press('1');
		await page.waitForTimeout(3_000);
		const boxes = await drawn.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON()));
		await page.screenshot({ path: path.join(shelf, slug, 'cover.png'), clip: around(boxes) });
	} finally {
		await browser.close();
	}
}

/** What is to be seen: everything drawn, with some air. */
function around(boxes) {
	const edge = (name, most) => most(...boxes.map((box) => box[name]));
	const left = Math.max(0, edge('left', Math.min) - margin);
	const top = Math.max(0, edge('top', Math.min) - margin);
	return { x: left, y: top, width: Math.min(viewport.width, edge('right', Math.max) + margin) - left, height: Math.min(viewport.height, edge('bottom', Math.max) + margin) - top };
}
