import { setTimeout as pause } from 'node:timers/promises';
import { CampaignWorld, HOUR, MINUTE, shoppers, type Shopper } from './campaign';
import { checkHandOffs, unknownOf, withMessagesPerRun } from './handOffs';

const PER_RUN = 5;
const PEOPLE_A_KILL = 12;
/** How long the mail server takes for a letter, so that a kill finds n8n in the middle of its work. */
const LETTER_MS = 60;

/**
 * The abandoned-cart journey in a real n8n that is killed again and again at instants that a seed chooses: while carts
 * come in and customers enter, and while letters go out. Nobody may get two letters, nobody may be lost.
 */
export function killedAgainAndAgain(kills: number, seed: number): void {
	let world: CampaignWorld | undefined;
	afterAll(async () => await world?.close());

	test(`n8n killed ${kills} times in the middle of its work: 0 lost, 0 twice, and whoever is in doubt is listed`, async () => {
		const chance = sequence(seed);
		const open = (world = await CampaignWorld.open('kills', { change: (template) => withMessagesPerRun(template, PER_RUN) }));
		open.sink.beforeAccept = async () => await pause(LETTER_MS);
		const people = shoppers('k', PEOPLE_A_KILL * kills);
		await open.know(people);
		let done = 0;
		/** Ends n8n within so many milliseconds from now, and brings it up again. */
		const kill = async (withinMs: number) => {
			await pause(chance() * withinMs);
			await open.n8n.kill();
			done += 1;
			await open.n8n.up();
		};

		const whileEntering = Math.floor(kills / 3);
		for (let round = 0; round <= whileEntering; round++) {
			const some = people.slice((people.length * round) / (whileEntering + 1), (people.length * (round + 1)) / (whileEntering + 1));
			const coming = leaveUntilTaken(open, some);
			if (done < whileEntering) await kill(1_500);
			await coming;
			await open.advance(11 * MINUTE);
		}
		await nudged(open, 'everybody has entered', async () => (await standing(open)) === people.length);

		await open.advance(HOUR);
		while (done < kills) {
			const before = open.sink.mails.length;
			await nudged(open, 'letters go out again', () => open.sink.mails.length > before);
			await kill(900);
			// The lease of what n8n had in its hands.
			await open.advance(2 * MINUTE);
		}
		await nudged(open, 'everybody has a letter or is listed', async () => await isAccountedFor(open, people));
		await open.quiet();
		expect(done).toBe(kills);
		process.stdout.write(`seed ${seed}: `);
		await checkHandOffs(open, people, { kills, perRun: PER_RUN });
	}, kills * 90_000 + 300_000);
}

/** A shop sends a cart until it is taken in: n8n may be gone in between. */
async function leaveUntilTaken(world: CampaignWorld, people: readonly Shopper[]): Promise<void> {
	for (const one of people) {
		for (const end = Date.now() + 180_000; ; await pause(200)) {
			try {
				await world.leaveCarts([one], 'only');
				break;
			} catch (error) {
				if (Date.now() > end) throw error;
			}
		}
	}
}

/** Customers at a step behind the entry, or on their way out of one. */
async function standing(world: CampaignWorld): Promise<number> {
	const rows = await world.store.run('journeys.waiting', { journey: 'abandoned-cart' });
	return rows.filter((row) => row.step !== 'entry').reduce((sum, row) => sum + row.waiting + row.inRelease, 0);
}

async function isAccountedFor(world: CampaignWorld, people: readonly Shopper[]): Promise<boolean> {
	const [mails, unknown] = [world.sink.counts(), await unknownOf(world, people)];
	return people.every((one) => mails.has(one.email) || unknown.has(one.id));
}

/** Waits while the store's clock goes on, a minute a second, so that leases end and failed batches come again. */
async function nudged(world: CampaignWorld, what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
	if (await reached()) return;
	let looks = 0;
	await world.until(
		what,
		async () => {
			if (++looks % 5 === 0) await world.advance(MINUTE / 2);
			await pause(200);
			return await reached();
		},
		180_000,
	);
}

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed: number): () => number {
	let state = (seed % 2147483646) + 1;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
