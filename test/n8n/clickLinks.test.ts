import { ContactPolicy } from '../../nodes/ContactPolicy/ContactPolicy.node';
import { readClickToken } from '../../src/links/clickToken';
import { serveClickLink } from '../../src/n8n/clickWebhook';
import { processRegistry, type StoreHandle } from '../../src/n8n/storeRegistry';
import { PageWorld, visit } from './pageWorld';

const SHOP = 'https://shop.example/cart?id=7&from=letter#top';
let world: PageWorld;
let store: StoreHandle;

beforeEach(async () => {
	world = await PageWorld.open();
	({ store } = world);
	await allow('shop.example', '*.shop.example');
});
afterEach(async () => await processRegistry().closeAll());

const allow = (...clickHosts: string[]) => store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [], quietHours: [], clickHosts } });
const send = async (mailingKey = 'm') => (await world.send({ mailingKey })).clickToken;

async function click(query: Record<string, unknown>, serve = serveClickLink, webhookName = 'setup') {
	const { result, ...answer } = await visit(serve, query, { webhookName });
	expect(result).toEqual({ noWebhookResponse: true });
	return answer;
}

const results = async () => (await store.run('customers.record', { ref: { customerId: 'anna' } })).messages.map((message) => message.results);

test('a click is recorded with its message and leads on to the shop; impatience is one click', async () => {
	const t = await send();
	expect(await click({ t, u: SHOP })).toMatchObject({ status: 302, location: SHOP, headers: { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' } });
	expect(await click({ t, u: 'https://www.shop.example/' })).toMatchObject({ status: 302 });
	expect(await results()).toEqual([['clicked']]);
	await store.run('clock.advance', { byMs: 61_000 });
	await click({ t, u: SHOP });
	expect(await results()).toEqual([['clicked', 'clicked']]);
});

test('two letters in the same minute are two clicks', async () => {
	for (const name of ['a', 'b']) await click({ t: await send(name), u: SHOP });
	expect(await results()).toEqual([['clicked'], ['clicked']]);
});

test.each([
	['another host', { u: 'https://evil.example/' }],
	['a host that only looks like it', { u: 'https://shop.example@evil.example/' }],
	['a script', { u: 'javascript:alert(1)' }],
	['no address', {}],
	['two addresses', { u: [SHOP, 'https://evil.example'] }],
	['a token that somebody made', { t: 'bm9uc2Vuc2U.x', u: SHOP }],
	['an unsubscribe token', { t: 'unsubscribe', u: SHOP }],
	['no token', { t: undefined, u: SHOP }],
])('%s leads nowhere and records nothing', async (what, query) => {
	const t = await send();
	expect(await click({ t, ...query })).toMatchObject({ status: 400, location: undefined, title: 'This link does not work' });
	expect(what).toBeTruthy();
	expect(await results()).toEqual([[]]);
});

test('the page repeats nothing of the link', async () => {
	const { body } = await click({ t: '<b>', u: '"><script>alert(1)</script>' });
	expect(body).not.toMatch(/<b>|<script|alert/);
});

test('off by default; a host that is taken from the list is led to no more, also by old letters', async () => {
	const t = await send('before');
	await allow();
	expect(await send('after')).toBeNull();
	expect(await click({ t, u: SHOP })).toMatchObject({ status: 400 });
	await expect(allow('https://shop.example/')).rejects.toMatchObject({ code: 'bad_policy', message: expect.stringContaining('clickHosts entry 1 is no host such as shop.example') });
});

test('a link ends after 180 days; the token names nobody', async () => {
	const t = (await send()) as string;
	expect(Buffer.from(t.split('.')[0]!, 'base64url').toString()).not.toMatch(/anna/);
	expect(readClickToken('another store', t, 0)).toEqual({ ok: false, reason: 'bad_link' });
	await store.run('clock.advance', { byMs: 180 * 86_400_000 + 1 });
	expect(await click({ t, u: SHOP })).toMatchObject({ status: 410, title: 'This link has expired', location: undefined });
});

test('an erased customer still comes to the shop, and nothing new is known of them', async () => {
	const t = await send();
	await store.run('customers.erase', { ref: { customerId: 'anna' } });
	expect(await click({ t, u: SHOP })).toMatchObject({ status: 302, location: SHOP });
});

test('asks to come back when the store is away', async () => {
	const t = await send();
	await world.goAway();
	expect(await click({ t, u: SHOP })).toMatchObject({ status: 503, location: undefined });
});

test('Contact Policy has two pages of its own, told apart by their names, while its workflow is active', async () => {
	const node = new ContactPolicy();
	expect(node.description.webhooks?.map(({ name, path }) => `${name} ${path}`)).toEqual(['default unsubscribe', 'setup click']);
	for (const { httpMethod } of node.description.webhooks ?? []) expect(httpMethod).toMatch(/^=\{\{ \$workflow\.active \? "GET(,POST)?" : "" \}\}$/);
	const t = await send();
	expect(await click({ t, u: SHOP }, (context) => node.webhook.call(context), 'setup')).toMatchObject({ status: 302, location: SHOP });
	expect(await click({ t, u: SHOP }, (context) => node.webhook.call(context), 'default')).toMatchObject({ status: 400, title: 'This link does not work' });
});
