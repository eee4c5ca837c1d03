import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Shop } from './support/shop';

let shop: Shop;
beforeEach(async () => {
	shop = await Shop.open();
	await shop.fill();
	await shop.import('orders', shop.ordersFile());
});
const at = (...names: string[]) => join(shop.prompt.folder, ...names);

test('customer --export writes everything to a new file that only its owner can read, and nothing of it to the screen', async () => {
	const outcome = await shop.run('customer', 'c1', '--export', 'ann.json');
	expect([outcome.exitCode, outcome.stdout]).toEqual([0, 'Written: ann.json\n']);
	const document = JSON.parse(readFileSync(at('ann.json'), 'utf8')) as { customer: object; orders: object[] };
	expect(document.customer).toMatchObject({ key: 'c1', email: 'ann@example.com', firstName: 'Ann' });
	expect(document.orders).toHaveLength(2);
	expect(statSync(at('ann.json')).mode & 0o077).toBe(0);
	const again = await shop.run('customer', 'c1', '--export', 'ann.json');
	expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('ann.json is there already and is not overwritten')]);
});

test('customer --proof writes the folder, all or nothing', async () => {
	const { written } = await shop.json<{ written: string[] }>('customer', 'ann@example.com', '--proof', 'proofs/ann');
	expect(written).toEqual(['consents.md', 'messages.md', 'consents-and-messages.json'].map((name) => join('proofs/ann', name)));
	expect(readFileSync(at('proofs', 'ann', 'consents.md'), 'utf8')).toContain('### Receipt 1: email / marketing: granted');
	mkdirSync(at('taken'));
	writeFileSync(at('taken', 'messages.md'), 'mine');
	const outcome = await shop.run('customer', 'c1', '--proof', 'taken');
	expect([outcome.exitCode, outcome.stderr]).toEqual([1, expect.stringContaining('taken/messages.md is there already')]);
	expect([readdirSync(at('taken')), readFileSync(at('taken', 'messages.md'), 'utf8')]).toEqual([['messages.md'], 'mine']);
});

test('they stand alone, and nobody makes no file', async () => {
	expect((await shop.run('customer', 'c1', '--export', 'x.json', '--why')).exitCode).toBe(2);
	const outcome = await shop.run('customer', 'nobody', '--export', 'x.json', '--proof', 'y');
	expect([outcome.exitCode, existsSync(at('x.json')), existsSync(at('y'))]).toEqual([1, false, false]);
});
