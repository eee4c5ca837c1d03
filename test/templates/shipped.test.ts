import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkTemplate } from '../../src/cli/templates/check';
import { readSavedTest } from '../../src/replay/savedTest';
import type { CapturedMessage } from '../../src/replay/standIns';
import { testTemplate } from '../../src/replay/testTemplate';

const shelf = path.join(__dirname, '..', '..', 'templates');
const slugs = readdirSync(shelf);

interface Json {
	[key: string]: unknown;
	nodes: { name: string; parameters: Record<string, unknown> }[];
}
const read = (slug: string, name: string) => JSON.parse(readFileSync(path.join(shelf, slug, name), 'utf8')) as Json;

describe.each(slugs)('the template %s', (slug) => {
	const messages: CapturedMessage[] = [];

	test('is complete, and free of what belongs to one instance', () => {
		expect(checkTemplate({ slug, folder: path.join(shelf, slug) })).toEqual([]);
	});

	test('passes its saved test', async () => {
		const { problems } = await testTemplate(read(slug, 'workflow.json'), readSavedTest(read(slug, 'scenario.json')), { onMessage: (message) => messages.push(message) });
		expect(problems).toEqual([]);
	});

	test('writes letters in which nothing is missing and nothing breaks out of its place', () => {
		for (const { html, subject, text } of messages) {
			expect(`${subject} ${html} ${text}`).not.toMatch(/undefined|\[object|\{\{|NaN|Invalid DateTime/);
			// What a customer or the shop wrote has these in it; in HTML they must be escaped.
			expect(html).not.toMatch(/<3|<it>|<first/);
		}
	});

	test('writes Russian letters in Russian, and no others', () => {
		const locales = new Map(readSavedTest(read(slug, 'scenario.json')).store.customers.map(({ ref, locale }) => [ref.customerId, locale]));
		for (const { customer, subject, html } of messages.filter((message) => message.channel === 'email' && locales.has(message.customer))) {
			const russian = locales.get(customer)?.startsWith('ru') === true;
			expect([customer, /[а-я]/i.test(subject)]).toEqual([customer, russian]);
			expect([customer, html.includes('lang="ru"')]).toEqual([customer, russian]);
		}
	});

	test('says in its README, in English and in Russian, how to set it up in three steps', () => {
		const text = readFileSync(path.join(shelf, slug, 'README.md'), 'utf8');
		const [english, russian] = text.split('\n---\n');
		expect(english).toMatch(/## Set it up in 3 steps\n\n1\. [\s\S]*\n2\. [\s\S]*\n3\. /);
		expect(russian).toMatch(/## Настройка в 3 шага\n\n1\. [\s\S]*\n2\. [\s\S]*\n3\. /);
		expect(text).toContain(`customer-journeys templates test ${slug}`);
	});

	test('names in its README only nodes that it has', () => {
		const names = new Set(read(slug, 'workflow.json').nodes.map(({ name }) => name));
		const text = readFileSync(path.join(shelf, slug, 'README.md'), 'utf8');
		const bold = [...text.matchAll(/\*\*([^*\n]+)\*\*/g)].map(([, word]) => word as string);
		// What is written in bold is a node, the name of one of our nodes, a part of names, or a sentence.
		const others = /^(Contact Policy|Journey Wait|Lifecycle Stage|Letter( \d+)?|письмо( \d+)?|words|Letter|Shopify|WooCommerce|Blocked|\.\.\. went out|.*[.:]|Send)$/;
		expect(bold.filter((word) => !names.has(word.split(' > ')[0] as string) && !others.test(word))).toEqual([]);
	});
});

/** A change that a saved test must notice: a template whose test cannot fail proves nothing. */
test.each([
	['welcome', 'three days cut to two', 'Three days later', { amount: 2 }, 'earlier than expected'],
	['welcome', 'a journey that nobody leaves', 'Somebody signs up', { exits: {} }, 'Unexpected: anna gets "Letter 2'],
	['welcome', 'everybody let in, agreed or not', 'Somebody signs up', { consentChannel: '' }, 'Unexpected: carla is blocked'],
	['welcome', 'a welcome for each sign-up', 'Somebody signs up', { reEntry: 'after_exit', options: { journeyKey: 'welcome', guardMinutes: 0 } }, 'Unexpected: anna gets "Letter 1'],
	['newsletter-guard', 'nobody left out', 'Left out to compare', { controlPercent: 0 }, 'Unexpected: dmitri gets "Newsletter"'],
	['newsletter-guard', 'letters of a class that needs no consent', 'May it go?', { messageClass: 'transactional' }, 'Unexpected: olga gets "Newsletter"'],
	['newsletter-guard', 'a newsletter that is of use for ever', 'May it go?', { options: { mailingKey: 'n', stepKey: 'newsletter' } }, 'Missing: farid is blocked'],
	['unsubscribe', 'a page that unsubscribes whoever opens it', 'Whose link is it?', { withdraw: 'withdraw' }, 'Unexpected: anna gets "Confirmation"'],
	['unsubscribe', 'a button that does nothing', 'Withdraw the consent', { withdraw: 'look' }, 'Missing: boris gets "Confirmation"'],
	['unsubscribe', 'a confirmation that needs consent', 'May it be confirmed?', { messageClass: 'marketing' }, 'Missing: carla gets "Confirmation"'],
	['unsubscribe', 'a second choice that does nothing', 'Service messages too', { purpose: 'marketing' }, 'Afterwards carla has consents'],
	['mail-events', 'mails of elsewhere that count', 'Take in mail events', { otherMails: 'count' }, 'Afterwards hugo has messages'],
	['mail-events', 'a task for another reason', 'Is an address gone?', { conditions: {} }, 'Afterwards'],
	['shop-intake', 'strangers not taken for events', 'Take in shop data', { otherItems: 'none' }, 'Afterwards emil'],
	['feedback-survey', 'a survey for each order', 'An order arrives', { reEntry: 'after_exit' }, 'Unexpected: emi gets'],
	['feedback-survey', 'a survey for who gave the order back', 'An order arrives', { exits: {} }, 'Unexpected: farid gets'],
	['feedback-survey', 'an answer that counts each time', 'Keep the answer', { eventId: '={{ $now.toMillis() }}' }, 'Afterwards boris has'],
	['renewal-reminder', 'a journey that nobody leaves', 'A subscription ends soon', { exits: {} }, 'Unexpected: farid gets "Letter 30'],
	['renewal-reminder', 'an offer that needs no consent', 'May letter 7 go?', { messageClass: 'service' }, 'Unexpected: carla gets "Letter 7'],
	['renewal-reminder', 'reminders at noon', 'A subscription ends soon', { dateTime: '12:00' }, '2 hours later than expected'],
	['cross-sell', 'offers without waiting for the moment', 'Until the customer is ready', { waitFor: 'delay', amount: 1, unit: 'days', date: '' }, 'hours later than expected'],
	['cross-sell', 'noon instead of ten', 'Until the customer is ready', { dateTime: '12:00' }, '2 hours later than expected'],
	['cross-sell', 'what is owned offered again', 'What fits?', { options: { repeat: 'always' } }, 'Unexpected: boris gets'],
	['cross-sell', 'letters of a class that needs no consent', 'May the letter go?', { messageClass: 'service' }, 'Unexpected: carla gets'],
	['reactivation', 'who is only due', 'Became dormant', { toStage: 'due' }, 'earlier than expected'],
	['reactivation', 'a journey that nobody leaves', 'Became dormant', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['reactivation', 'everybody let in, agreed or not', 'Became dormant', { consentChannel: '' }, 'Unexpected: carla is blocked'],
	['first-purchase', 'a journey that nobody leaves', 'First order', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['first-purchase', 'a stage that is no first order', 'First order', { toStage: 'active' }, 'Missing: anna gets "Letter 1'],
	['first-purchase', 'offers without waiting for the moment', 'Until its day', { waitFor: 'delay', amount: 1, unit: 'days', date: '' }, 'than expected'],
	['vip', 'who has just ceased to be one', 'Became a VIP', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['vip', 'early access after a week', 'Two weeks later', { amount: 7 }, 'earlier than expected'],
	['vip', 'a letter that needs no consent', 'May letter 1 go?', { messageClass: 'service' }, 'Unexpected: carla gets "Letter 1'],
	['churn-risk', 'the best treated as the others', 'Who is it?', { vipFirst: false }, 'Afterwards anna has tasks'],
	['churn-risk', 'a call that does not count', 'Three days to call', { waitFor: 'delay', amount: 3, unit: 'calendarDays' }, 'Unexpected: boris gets "Letter 1'],
	['churn-risk', 'a journey that nobody leaves', 'Out of rhythm', { exits: {} }, 'Unexpected: lea gets "Letter 1'],
	['churn-risk', 'customers with one order', 'Out of rhythm', { fromStage: '' }, 'Unexpected: mia gets "Letter 2'],
	['lead-nurturing', 'letters for who is hot', 'A lead becomes warm', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['lead-nurturing', 'warm leads handed to sales', 'A lead becomes hot', { leadCrossing: 'MQL/up' }, 'Afterwards anna has tasks ["open: Call a hot lead: Anna"]'],
	['lead-nurturing', 'a week cut short', 'A week later', { amount: 6 }, 'earlier than expected'],
	['upsell-by-segment', 'nobody left out', 'Which offer?', { controlPercent: 0 }, 'Unexpected: karl gets "Letter 3'],
	['upsell-by-segment', 'tickets that nobody hears of', 'Remember the ticket', { attributes: {} }, 'Unexpected: jana gets "Letter 3'],
	['upsell-by-segment', 'two stages that changed places', 'Which stage?', { stages: ['active', 'new', 'due', 'dormant'] }, 'Unexpected: anna gets "Letter 2'],
	['replenishment', 'a journey that nobody leaves', 'Runs out soon', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['replenishment', 'who has been gone for long', 'Runs out soon', { audience: {} }, 'Unexpected: jana gets'],
	['replenishment', 'an order of anything that ends it', 'Runs out soon', { exits: { events: [{ eventType: 'order_placed', sameField: '', entryField: '', filter: {} }] } }, 'Missing: dmitri gets "Letter 2'],
	['replenishment', 'everybody let in, agreed or not', 'Runs out soon', { consentChannel: '' }, 'Unexpected: carla is blocked'],
	['replenishment', 'ten days before instead of three', 'Runs out soon', { offsets: { moments: [{ days: 10, when: 'before' }] } }, '1 week earlier than expected'],
	['upgrade', 'everybody let in, agreed or not', 'Time for a new one', { consentChannel: '' }, 'Unexpected: carla is blocked'],
	['upgrade', 'a journey that nobody leaves', 'Time for a new one', { exits: {} }, 'Unexpected: greta gets'],
	['upgrade', 'successors that nobody hears of', 'Time for a new one', { readyBecause: 'lifetime' }, 'Missing: boris gets'],
	['upgrade', 'noon instead of ten', 'Time for a new one', { readyTime: '12:00' }, '2 hours later than expected'],
	['upgrade', 'who is not ready let wait for long', 'Until the customer is ready', { waitFor: 'delay', amount: 100, unit: 'days', date: '' }, 'Missing: hanna gets'],
	['upgrade', 'what goes with it in place of what follows it', 'Is it time?', { kinds: ['cross-sell'] }, 'Missing: boris gets'],
	['browse-return', 'a journey that nobody leaves', 'Looked around', { exits: {} }, 'Unexpected: boris gets'],
	['browse-return', 'who has never bought', 'Looked around', { audience: {} }, 'Unexpected: emi gets'],
	['browse-return', 'a letter for each visit', 'Looked around', { reEntry: 'after_exit' }, 'Unexpected: anna gets'],
	['browse-return', 'a letter right away', 'The next day', { waitFor: 'delay', amount: 1, unit: 'hours', date: '' }, 'earlier than expected'],
	['seasonal-return', 'who comes all year round', 'The season nears', { audience: {} }, 'Unexpected: dmitri gets'],
	['seasonal-return', 'a journey that nobody leaves', 'The season nears', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['seasonal-return', 'a round for each order of last season', 'The season nears', { reEntry: 'after_exit' }, 'Unexpected: anna gets "Letter 1'],
	['service-reminder', 'a journey that nobody leaves', 'A visit is due', { exits: {} }, 'Unexpected: boris gets "Letter 2'],
	['service-reminder', 'two weeks before instead of a month', 'A visit is due', { offsets: { moments: [{ days: 14, when: 'before' }] } }, 'later than expected'],
	['service-reminder', 'everybody let in, agreed or not', 'A visit is due', { consentChannel: '' }, 'Unexpected: carla is blocked'],
	['service-reminder', 'a call that nobody makes', 'Until the day', { date: '2028-01-01' }, 'Afterwards anna has tasks'],
	['birthday', 'birthdays that come once', 'A birthday is near', { yearly: false }, 'Missing: anna gets'],
	['birthday', '29 February moved to 1 March', 'A birthday is near', { options: { journeyKey: 'birthday', leapDay: 'mar1' } }, '1 day later than expected'],
	['birthday', 'everybody let in, agreed or not', 'A birthday is near', { consentChannel: '' }, 'Unexpected: carla is blocked'],
	['birthday', 'a second gift for a corrected date', 'Remember the gift', { attributes: {} }, 'Unexpected: dmitri gets "Letter 1'],
])('the saved test of %s notices %s', async (slug, _what, node, parameters, problem) => {
	const workflow = read(slug, 'workflow.json');
	Object.assign(workflow.nodes.find(({ name }) => name === node)!.parameters, parameters);
	const { problems } = await testTemplate(workflow, readSavedTest(read(slug, 'scenario.json')));
	expect(problems.join('\n')).toContain(problem);
});

describe('the templates that do more than send letters', () => {
	test('newsletter-guard: sent twice by mistake, nobody gets it twice', async () => {
		const { store, ...saved } = read('newsletter-guard', 'scenario.json') as unknown as { store: object; clock: string; steps: { at: string; webhook?: object }[]; expect: object[] };
		const form = saved.steps.find(({ webhook }) => webhook)!;
		const twice = readSavedTest({ ...saved, store, steps: [form, { ...form, at: '2026-11-16T15:00:00Z' }], afterwards: [] });
		const messages: CapturedMessage[] = [];
		await testTemplate(read('newsletter-guard', 'workflow.json'), twice, { onMessage: (message) => messages.push(message) });
		const sent = messages.filter(({ outcome }) => outcome === 'sent').map(({ customer }) => customer);
		expect(sent.length).toBeGreaterThan(5);
		expect(new Set(sent).size).toBe(sent.length);
	});

	test('lead-nurturing: the task says why a lead is hot, what counts most first', async () => {
		const workflow = read('lead-nurturing', 'workflow.json');
		const task = workflow.nodes.find(({ name }) => name === 'Hand over to sales')!.parameters;
		// A saved test sees titles only, and they are short.
		task.title = String(task.details).replace(/^=\{\{(.*)\}\}$/s, '={{ ($1).slice(0, 190) }}').replaceAll("'\\n'", "' | '");
		const { problems } = await testTemplate(workflow, readSavedTest(read('lead-nurturing', 'scenario.json')));
		expect(problems.find((text) => text.startsWith('Afterwards boris'))).toMatch(/\["open: 7\d points \| Asked for an offer or a demo: once, on 2026-11-18 \(\+40\) \| Signed up: once, on 2026-11-16 \(\+1\d(\.\d)?\) \| /);
	});

	test('upsell-by-segment: both offers go out, to each customer always the same', async () => {
		const messages: CapturedMessage[] = [];
		await testTemplate(read('upsell-by-segment', 'workflow.json'), readSavedTest(read('upsell-by-segment', 'scenario.json')), { onMessage: (message) => messages.push(message) });
		const offers = new Map<string, Set<string>>();
		for (const { customer, html } of messages) {
			const kinds = ['SAVE15', 'GIFT'].filter((code) => html.includes(`<b>${code}</b>`));
			expect(kinds).toHaveLength(1);
			offers.set(String(customer), new Set([...(offers.get(String(customer)) ?? []), ...kinds]));
		}
		expect(new Set([...offers.values()].flatMap((kinds) => [...kinds]))).toEqual(new Set(['SAVE15', 'GIFT']));
		expect([...offers.values()].every(({ size }) => size === 1)).toBe(true);
	});

	test('upsell-by-segment: the letter names the better product and why; without one it speaks in general', async () => {
		const messages: CapturedMessage[] = [];
		await testTemplate(read('upsell-by-segment', 'workflow.json'), readSavedTest(read('upsell-by-segment', 'scenario.json')), { onMessage: (message) => messages.push(message) });
		const [general, named] = messages.filter(({ nodeName }) => nodeName === 'Letter 2: the better version');
		expect(general).toMatchObject({ customer: 'mia', html: expect.stringContaining('href="https://shop.example.com/premium"') });
		expect(named).toMatchObject({ customer: 'boris', html: expect.stringContaining('href="https://shop.example.com/products/tea-2"') });
		expect(named?.html).toMatch(/знаете, что вам нравится\. Следующая ступень после «Black tea»\.<br><br><b>Black tea &#60;it&#62;, first flush, 32,00\s€<\/b>/);
	});

	test('shop-intake: what cannot be read is told with its reason; with nobody to tell it is left', async () => {
		const told = async (tellTo: string) => {
			const workflow = read('shop-intake', 'workflow.json');
			const { assignments } = workflow.nodes.find(({ name }) => name === 'Settings')!.parameters.assignments as { assignments: { name: string; value: unknown }[] };
			assignments.find(({ name }) => name === 'settings.tellTo')!.value = tellTo;
			const messages: CapturedMessage[] = [];
			await testTemplate(workflow, readSavedTest(read('shop-intake', 'scenario.json')), { onMessage: (message) => messages.push(message) });
			return messages.map(({ to, text }) => `${to}: ${text}`);
		};
		expect(await told('you@example.com')).toEqual([expect.stringMatching(/^you@example\.com: [\s\S]*type is missing/), expect.stringMatching(/e-?mail/i)]);
		expect(await told('')).toEqual([]);
	});

	test('mail-events: Amazon\'s question is answered at Amazon\'s address only', async () => {
		const calls = async (address: string) => {
			const question = { at: 'PT1H', webhook: { node: 'Your sender reports here', body: JSON.stringify({ Type: 'SubscriptionConfirmation', TopicArn: 'arn:aws:sns:eu-west-1:1:mail', Message: 'm', SubscribeURL: address }) } };
			const messages: CapturedMessage[] = [];
			await testTemplate(read('mail-events', 'workflow.json'), readSavedTest({ clock: '2026-11-16T09:00:00Z', store: {}, steps: [question], expect: [] }), { onMessage: (message) => messages.push(message) });
			return messages.map(({ nodeName, to }) => `${nodeName}: ${to}`);
		};
		expect(await calls('https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t')).toEqual(['Yes, send: https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t']);
		for (const stranger of ['https://evil.example/?sns.eu-west-1.amazonaws.com/', 'http://sns.eu-west-1.amazonaws.com/', 'https://sns.eu-west-1.amazonaws.com.evil.example/', 'http://169.254.169.254/']) expect(await calls(stranger)).toEqual([]);
	});
});
