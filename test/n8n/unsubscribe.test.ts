import { processRegistry, type StoreHandle } from '../../src/n8n/storeRegistry';
import { pageLanguage, unsubscribePage } from '../../src/n8n/unsubscribePage';
import { serveUnsubscribePage } from '../../src/n8n/unsubscribeWebhook';
import { onWake } from '../../src/n8n/wake';
import { PageWorld, visit } from './pageWorld';

describe('unsubscribe page', () => {
	it.each([
		[undefined, 'en'],
		['', 'en'],
		['de-DE,de;q=0.9', 'en'],
		['ru', 'ru'],
		['ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7', 'ru'],
		['en-GB,ru;q=0.4', 'en'],
		['en;q=0.3, ru;q=0.8', 'ru'],
	])('speaks to a browser that asks for %s in %s', (accept, language) => {
		expect(pageLanguage(accept)).toBe(language);
	});

	it('asks with a button and confirms without one', () => {
		const asking = unsubscribePage('ask', 'en', 'email', 'marketing');
		expect(asking).toContain('Do you no longer want to receive offers and news by e-mail?');
		expect(asking).toContain('<form method="post"><button type="submit">Unsubscribe</button></form>');
		const done = unsubscribePage('done', 'ru', 'sms', 'service');
		expect(done).toContain('Вы больше не будете получать сервисные сообщения по СМС.');
		expect(done).not.toContain('<form');
	});

	it('needs nothing from anywhere and escapes what it shows', () => {
		const page = unsubscribePage('ask', 'en', '<img src=x onerror="alert(1)">', "o'brien & co");
		expect(page).toContain('o&#39;brien &amp; co &lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
		expect(page).not.toContain('<img');
		expect(page).not.toMatch(/<script|<link|https?:\/\//);
	});
});

describe('unsubscribe webhook', () => {
	let world: PageWorld;
	let store: StoreHandle;
	let token: string;

	beforeEach(async () => {
		world = await PageWorld.open();
		({ store } = world);
		await store.run('consents.set', { items: [{ ref: { customerId: 'anna' }, channel: 'email', purpose: 'marketing', status: 'granted', at: 1000 }] });
		token = (await world.send()).unsubscribeToken;
	});
	afterEach(async () => await processRegistry().closeAll());

	const call = (method: 'GET' | 'POST', query: Record<string, unknown>, language = 'en') => visit(serveUnsubscribePage, query, { method, language });

	const standing = async () => (await store.run('consents.get', { refs: [{ customerId: 'anna' }] }))[0]!.at(-1)!.status;

	it('shows a page on GET and changes nothing, as often as a mail scanner looks', async () => {
		for (let look = 0; look < 3; look++) expect(await call('GET', { t: token })).toMatchObject({ status: 200, title: 'Unsubscribe', result: { noWebhookResponse: true } });
		expect(await standing()).toBe('granted');
	});

	it('withdraws on POST, once and for all, and wakes what was held', async () => {
		let woken = 0;
		const stop = onWake((await store.store()).storeId, () => woken++);
		expect(await call('POST', { t: token }, 'ru')).toMatchObject({ status: 200, title: 'Вы отписаны' });
		expect(await call('POST', { t: token })).toMatchObject({ status: 200, title: 'You are unsubscribed' });
		stop();
		expect(await standing()).toBe('denied');
		expect(woken).toBe(2);
	});

	it.each([
		['no token', {}],
		['a made-up token', { t: 'nonsense' }],
		['two tokens', { t: ['a', 'b'] }],
	])('refuses %s', async (_what, query) => {
		expect(await call('POST', query)).toMatchObject({ status: 400, title: 'This link does not work' });
	});

	it('refuses a token that somebody changed', async () => {
		const changed = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
		expect(await call('POST', { t: changed })).toMatchObject({ status: 400 });
		expect(await standing()).toBe('granted');
	});

	it('asks to come back when the store is away, rather than to say that it is done', async () => {
		await world.goAway();
		expect(await call('POST', { t: token })).toMatchObject({ status: 503, title: 'Please try again in a few minutes' });
	});

	describe('a confirmation link', () => {
		let confirmToken: string;
		beforeEach(async () => {
			await store.run('consents.set', { items: [{ ref: { customerId: 'anna' }, channel: 'email', purpose: 'news', status: 'pending', at: 2000 }] });
			confirmToken = (await world.send({ mailingKey: 'c', category: '', class: 'transactional', onBlock: 'drop' })).confirmToken;
		});
		const answered = async () => (await store.run('consents.get', { refs: [{ customerId: 'anna' }] }))[0]!.filter(({ purpose }) => purpose === 'news').at(-1)!.status;

		it('asks on GET, as often as a mail scanner looks, and grants on POST', async () => {
			for (let look = 0; look < 3; look++) expect(await call('GET', { c: confirmToken })).toMatchObject({ status: 200, title: 'Please confirm', body: expect.stringContaining('<button type="submit">Yes, I do</button>') });
			expect(await answered()).toBe('pending');
			let woken = 0;
			const stop = onWake((await store.store()).storeId, () => woken++);
			expect(await call('POST', { c: confirmToken }, 'ru')).toMatchObject({ status: 200, title: 'Спасибо' });
			stop();
			expect([await answered(), woken]).toEqual(['granted', 1]);
		});

		it('says that a withdrawal holds, that a link is no good, and that the store is away', async () => {
			await store.run('consents.set', { items: [{ ref: { customerId: 'anna' }, channel: 'email', purpose: 'news', status: 'denied', at: 3000 }] });
			expect(await call('POST', { c: confirmToken })).toMatchObject({ status: 409, title: 'You have unsubscribed' });
			expect(await call('POST', { c: token })).toMatchObject({ status: 400, title: 'This link does not work' });
			await world.goAway();
			expect(await call('POST', { c: confirmToken })).toMatchObject({ status: 503, title: 'Please try again in a few minutes' });
		});
	});

	it('lets no other page frame it and tells nobody its address', async () => {
		const { headers } = await call('GET', { t: token });
		expect(headers).toMatchObject({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store', 'Content-Security-Policy': expect.stringContaining("frame-ancestors 'none'") });
	});
});
