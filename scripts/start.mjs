/**
 * `npm start`: a real n8n with these nodes, a sample shop, the abandoned-cart journey and a page that shows the mails.
 * Options: --folder PATH (n8n's user folder), --port N, --auto-cart (leaves a cart by itself), --fresh (start anew).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startCatcher } from './mail/catcher.mjs';
import { installPackage } from './n8n/installPackage.mjs';
import { startN8n } from './n8n/instance.mjs';
import { prepareN8n } from './n8n/prepare.mjs';
import { N8nRest, owner } from './n8n/rest.mjs';
import { root } from './paths.mjs';
import { freePort } from './ports.mjs';
import { step } from './progress.mjs';
import { importSample } from './sample/load.mjs';
import { portOf, takeFolder } from './start/folder.mjs';
import { SampleShop } from './start/shop.mjs';
import { setUpWorkflows } from './start/workflows.mjs';

const EDITOR_PORT = 5678;
const PAGE_PORT = 8025;
const OWN_FOLDER = path.join(root, '.cache', 'n8n');
const say = (text = '') => process.stdout.write(`${text}\n`);

const running = [];
let stopping;
stopOnEverySign();

try {
	await start(readOptions());
} catch (error) {
	if (!stopping) process.stderr.write(`\nnpm start did not succeed: ${error.message}\n`);
	await stop(1);
}

async function start({ folder, port, autoCart, fresh }) {
	running.push(await takeFolder(folder, { fresh, ours: folder === OWN_FOLDER }));
	const n8n = await prepareN8n();
	say(`n8n ${n8n.version}, ${n8n.origin}`);
	await step('Installing the packed nodes into n8n', () => installPackage(folder));
	await fillStoreOnce(folder);

	const catcher = await startCatcher({ port: PAGE_PORT, title: 'Mails of the sample shop', onMail: ({ subject, recipients }) => say(`✉  ${subject} → ${recipients.join(', ')}`) });
	running.push(() => catcher.close());
	const editorPort = await freePort(port);
	if (editorPort !== port) say(`Port ${port} is taken; n8n gets ${editorPort}.`);
	const instance = await step('Starting n8n (first time: about a minute)', () => startN8n(n8n, { userFolder: folder, port: editorPort, env: { N8N_WEBHOOK_URL: `http://localhost:${editorPort}/` } }));
	running.push(() => instance.stop());
	instance.exited.then(() => endOfN8n(instance));

	const rest = new N8nRest(instance.url);
	const journey = await step('Importing and publishing the abandoned-cart journey', async () => {
		await rest.signIn();
		return await setUpWorkflows(rest, catcher.smtpPort);
	});
	const editor = `http://localhost:${editorPort}/workflow/${journey.journeyId}`;
	const shop = new SampleShop(journey.send, path.join(folder, 'visitors.json'));
	offer(catcher, shop, editor);
	welcome(catcher.url, editor);
	if (process.stdin.isTTY) createInterface({ input: process.stdin }).on('line', () => report(shop.leaveCart()));
	if (autoCart) await report(shop.leaveCart());
}

function readOptions() {
	const { values } = parseArgs({ options: { folder: { type: 'string' }, port: { type: 'string' }, 'auto-cart': { type: 'boolean' }, fresh: { type: 'boolean' } } });
	return {
		folder: path.resolve(values.folder ?? OWN_FOLDER),
		port: portOf(values.port, EDITOR_PORT),
		autoCart: values['auto-cart'] ?? false,
		fresh: values.fresh ?? false,
	};
}

/** The sample goes in once: a second start finds the store as the first one left it. */
async function fillStoreOnce(folder) {
	const stamp = path.join(folder, 'sample-shop.json');
	if (existsSync(stamp)) return;
	const store = path.join(folder, '.n8n', 'customer-journeys', 'default.sqlite');
	const counts = await step('Filling the store with the sample shop', () => importSample(store, path.join(folder, 'sample'), Date.now()));
	mkdirSync(folder, { recursive: true });
	writeFileSync(stamp, JSON.stringify(counts));
	say(`${counts.customers.accepted} customers and ${counts.orders.accepted} order lines are in ${store}`);
}

function offer(catcher, shop, editor) {
	catcher.links.push({ label: 'The journey in n8n', url: editor });
	catcher.actions.push(
		{ label: 'A customer leaves a cart', run: () => shop.leaveCart() },
		{ label: '... and comes back and buys it', run: () => shop.buyLastCart() },
		{ label: 'Somebody without consent leaves a cart', run: () => shop.leaveCartWithoutConsent() },
		{ label: 'Somebody in the night leaves a cart', run: () => shop.leaveCartAtNight() },
	);
}

function welcome(page, editor) {
	say(`
  The journey in n8n   ${editor}
                       log in as ${owner.email}, password ${owner.password}
  The mails            ${page}   (as JSON: ${page}/messages)

  ${process.stdin.isTTY ? 'Press Enter' : `Open ${page} and press the button`}: a customer leaves a cart. The first mail comes about a minute later.
  Ctrl-C stops everything.
`);
}

async function report(happening) {
	say(await happening.catch((error) => `That did not work: ${error.message}`));
}

async function endOfN8n(instance) {
	if (stopping) return;
	process.stderr.write(`\nn8n ended by itself. Its last words:\n${instance.lastWords()}\n`);
	await stop(1);
}

/** Ctrl-C, a closed terminal, a killed npm: whatever ends us ends what we started. */
function stopOnEverySign() {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
	const parent = process.ppid;
	setInterval(() => process.ppid !== parent && stop(0), 1_000).unref();
}

/** May be called many times: a terminal and npm often both pass Ctrl-C on. */
function stop(code) {
	stopping ??= (async () => {
		if (running.length > 0) say('\nStopping ...');
		await Promise.allSettled(running.reverse().map((end) => end()));
		process.exit(code);
	})();
	return stopping;
}
