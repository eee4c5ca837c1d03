import { freshPostgres } from '../support/stores';
import { CampaignWorld, HOUR, MINUTE, shoppers } from './support/campaign';

let world: CampaignWorld | undefined;
afterAll(async () => await world?.close());

test('from a file to PostgreSQL in the middle of a journey: everybody goes on from where they are, nobody gets two letters, and the file takes nothing in any more', async () => {
	const open = (world = await CampaignWorld.open('move', { named: true }));
	const people = shoppers('m', 20);
	await open.know(people);
	await open.leaveCarts(people, 'first');
	await open.advance(11 * MINUTE);
	await open.until('20 stand at the first wait', async () => (await open.waitingAt('wait-for-order')) === 20);
	await open.advance(HOUR);
	await open.sink.settle(20, { withinMs: 60_000 });
	await open.quiet();
	await open.until('20 stand at the second wait', async () => (await open.waitingAt('wait-a-day')) === 20);

	const late = shoppers('n', 1);
	await open.moveToPostgres(freshPostgres(), async () => {
		await expect(open.leaveCarts(late, 'late')).rejects.toThrow(/answered 500/);
	});
	expect(await open.waitingAt('wait-a-day')).toBe(20);

	// The shop sends again what was answered with an error, and some buy.
	await open.know(late);
	await open.leaveCarts(late, 'late');
	await open.order(people.slice(0, 5));
	await open.advance(11 * MINUTE);
	await open.until('the late one waits', async () => (await open.waitingAt('wait-for-order')) === 1);
	await open.advance(HOUR);
	await open.until('the late one has a letter', () => open.sink.mails.length === 20 + 1);
	await open.advance(23 * HOUR);
	await open.until('15 have their second letter', () => open.sink.mails.length === 20 + 1 + 15);
	await open.quiet();
	expect(open.mailCounts(people.slice(0, 5))).toEqual({ 1: 5 });
	expect(open.mailCounts(people.slice(5))).toEqual({ 2: 15 });
	expect(open.mailCounts(late)).toEqual({ 1: 1 });
	expect(await open.store.run('policy.unknown', { limit: 10 })).toEqual([]);
});
