import { freshPostgres } from '../support/stores';
import { CampaignWorld, HOUR, MINUTE, shoppers } from './support/campaign';

let world: CampaignWorld;
beforeAll(async () => {
	world = await CampaignWorld.open('postgres', { postgres: freshPostgres() });
});
afterAll(async () => await world?.close());

test('the same journey with its store on PostgreSQL, over a kill -9 while everybody waits', async () => {
	const people = shoppers('p', 40);
	await world.know(people, (one) => one !== people[39]);
	await world.leaveCarts(people, 'first');
	await world.advance(11 * MINUTE);
	await world.until('40 stand at the first wait', async () => (await world.waitingAt('wait-for-order')) === 40);
	await world.quiet();
	await world.n8n.kill();
	await world.n8n.up();
	await world.leaveCarts(people, 'first');
	await world.order(people.slice(0, 15));
	expect(await world.waitingAt('wait-for-order')).toBe(25);
	await world.advance(HOUR);
	await world.sink.settle(24, { withinMs: 60_000 });
	await world.quiet();
	expect(world.mailCounts(people.slice(15, 39))).toEqual({ 1: 24 });
	expect(world.sink.mails).toHaveLength(24);
	expect(await world.store.run('policy.unknown', { limit: 10 })).toEqual([]);
});
