import { setTimeout as pause } from 'node:timers/promises';
import { freshPostgres } from '../support/stores';
import { CampaignWorld, HOUR, MINUTE, shoppers } from './support/campaign';
import { checkHandOffs, unknownOf, withMessagesPerRun } from './support/handOffs';
import type { N8nProcess } from './support/n8n';
import { QueueMode, redisIsThere } from './support/queueMode';

const PER_RUN = 10;

let queue: QueueMode | undefined;
let world: CampaignWorld | undefined;
let worker: N8nProcess | undefined;
afterAll(async () => {
	await worker?.stop();
	await world?.close();
	await queue?.remove();
});

(redisIsThere() ? test : test.skip)('queue mode, main and worker apart: the worker is killed in the middle of a run of letters; nobody gets two, nobody is lost', async () => {
	queue = await QueueMode.start();
	const open = await CampaignWorld.open('queue', { postgres: freshPostgres(), env: queue.env, change: (template) => withMessagesPerRun(template, PER_RUN) });
	world = open;
	worker = await queue.worker();
	const people = shoppers('w', 40);
	const [buyers, mute] = [people.slice(0, 8), people.slice(8, 12)];
	const expected = people.slice(12);
	await open.know(people, (one) => !mute.includes(one));
	await open.leaveCarts(people, 'first');
	await open.advance(11 * MINUTE);
	await open.until('40 stand at the first wait', async () => (await open.waitingAt('wait-for-order')) === 40);
	await open.quiet();
	await open.order(buyers);

	let held = false;
	open.sink.beforeAccept = async () => {
		if (open.sink.mails.length < PER_RUN / 2) return;
		held = true;
		while (held) await pause(20);
	};
	await open.advance(HOUR);
	await open.until('half of a run has been accepted', () => held);
	await worker.kill();
	open.sink.beforeAccept = () => {};
	held = false;
	worker = await queue.worker();

	// The main process learns of it from the queue; then the batch rests for a minute of the store's clock.
	await open.until(
		'everybody has a letter or is listed',
		async () => {
			await open.advance(MINUTE);
			await pause(1_000);
			const [mails, unknown] = [open.sink.counts(), await unknownOf(open, expected)];
			return expected.every((one) => mails.has(one.email) || unknown.has(one.id));
		},
		240_000,
	);
	await open.quiet();
	await checkHandOffs(open, expected, { kills: 1, perRun: PER_RUN, mailedUnreported: PER_RUN / 2 });
	expect(open.mailCounts([...buyers, ...mute])).toEqual({ 0: buyers.length + mute.length });
	expect(open.sink.mails.length).toBeGreaterThanOrEqual(expected.length - PER_RUN);
}, 900_000);
