import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/open';
import { Prompt } from './support/cli';

/** A shop of five customers, of whom two drink coffee. */
async function shop(): Promise<Prompt> {
	const prompt = new Prompt();
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,category,quantity,price,currency', ...['a', 'b', 'c'].map((id, place) => `o${place},${id},2026-11-0${place + 1},${place < 2 ? 'espresso,Coffee' : 'cup,Cups'},1,9.00,EUR`)].join('\n'));
	writeFileSync(join(prompt.folder, 'customers.csv'), 'customer_id,email\nd,d@example.com\ne,e@example.com\n');
	await prompt.run('store', 'init', '--store', 'shop.sqlite', '--test-clock', '2026-11-21T18:00:00Z');
	for (const kind of ['orders', 'customers']) expect((await prompt.run('import', kind, `${kind}.csv`, '--store', 'shop.sqlite')).exitCode).toBe(0);
	writeFileSync(join(prompt.folder, 'coffee.json'), JSON.stringify({ match: 'all', rules: [{ about: 'bought', categories: ['Coffee'], period: { kind: 'inTheLast', days: 30 } }] }));
	return prompt;
}
const on = (prompt: Prompt, ...args: string[]) => prompt.run('segment', ...args, '--store', 'shop.sqlite');

test('a segment is saved from a file, listed, asked for its members, shown as the file, and removed', async () => {
	const prompt = await shop();
	expect((await on(prompt, 'list')).stdout).toBe('No segments. Save one with Segment > Save a Segment, or with "segment save".\n');
	expect((await on(prompt, 'save', 'coffee', 'coffee.json')).stdout).toBe('Segment "coffee" is saved as version 1: bought category "Coffee" in the last 30 days.\n');
	expect((await on(prompt, 'save', 'coffee', 'coffee.json')).stdout).toContain('has these conditions already (version 1)');
	expect((await on(prompt, 'members', 'coffee')).stdout).toBe('2 of 5 customers: bought category "Coffee" in the last 30 days.\n\na\nb\n');
	expect((await on(prompt, 'members', 'coffee', '--limit', '1')).stdout).toContain('\n\na\n... and 1 more\n');
	expect((await on(prompt, 'members', 'coffee', '--at', '2026-11-01T12:00:00Z', '--json')).json()).toMatchObject({ asOf: '2026-11-01T12:00:00.000Z', members: 1, ids: ['a'] });
	expect((await on(prompt, 'list')).stdout).toMatch(/coffee +1 +2 +2026-11-21 18:00:00 UTC +bought category "Coffee" in the last 30 days/);
	expect((await prompt.run('segments', '--name', 'coffee', '--store', 'shop.sqlite', '--json')).json()).toMatchObject({ segment: 'coffee', members: 2, ids: ['a', 'b'] });
	await on(prompt, 'members', 'coffee', '--per-customer', 'out.csv');
	expect(readFileSync(join(prompt.folder, 'out.csv'), 'utf8').split('\n').slice(0, 3)).toEqual(['customer_id,email,phone,first_name,last_name,stage,vip', expect.stringMatching(/^a,/), expect.stringMatching(/^b,/)]);
	writeFileSync(join(prompt.folder, 'again.json'), (await on(prompt, 'show', 'coffee')).stdout);
	expect((await on(prompt, 'save', 'coffee', 'again.json', '--json')).json()).toMatchObject({ result: 'unchanged' });
	expect((await on(prompt, 'remove', 'coffee')).stdout).toBe('Segment "coffee" is removed.\n');
});

test('a name that a spreadsheet would run as a formula is written as text, and only the owner can read the file', async () => {
	const prompt = await shop();
	writeFileSync(join(prompt.folder, 'people.csv'), 'customer_id,email,phone,first_name,last_name\nx1,x1@example.com,+442071838750,"=HYPERLINK(""http://evil.example"")",-2+3+cmd|calc\n');
	expect((await prompt.run('import', 'customers', 'people.csv', '--store', 'shop.sqlite')).exitCode).toBe(0);
	writeFileSync(join(prompt.folder, 'all.json'), JSON.stringify({ match: 'all', rules: [{ about: 'profile', field: 'firstName', operator: 'exists' }] }));
	await on(prompt, 'save', 'named', 'all.json');
	await on(prompt, 'members', 'named', '--per-customer', 'named.csv');
	expect(readFileSync(join(prompt.folder, 'named.csv'), 'utf8').split('\n')[1]).toBe(`x1,x1@example.com,+442071838750,"'=HYPERLINK(""http://evil.example"")",'-2+3+cmd|calc,,`);
	expect(statSync(join(prompt.folder, 'named.csv')).mode & 0o777).toBe(0o600);
});

test('runs are printed the newest first, as many as wanted, and it says that there are more', async () => {
	const prompt = await shop();
	const store = await openStore({ kind: 'file', file: join(prompt.folder, 'shop.sqlite') }, { thread: false });
	for (let place = 0; place < 3; place++) await store.run('segments.startRun', { workflowId: 'w', stepKey: `node ${place}`, segment: { rules: { match: 'all', rules: [] } }, own: {}, ifUnderWay: 'refuse' });
	await store.close();
	const printed = async (...args: string[]) => (await on(prompt, 'runs', ...args)).stdout;
	expect(await printed('--limit', '2')).toMatch(/^Run[^\n]*\n +3 [^\n]*\n +2 [^\n]*\n\.\.\. and earlier ones: --limit 4 shows more\n$/);
	expect(await printed('--limit', '3')).not.toContain('earlier');
	expect(await printed()).toMatch(/\n +1 [^\n]*\n$/);
	const { runs } = (await on(prompt, 'runs', '--limit', '2', '--json')).json() as { runs: { id: number }[] };
	expect(runs.map(({ id }) => id)).toEqual([3, 2]);
});

test('what cannot be used is told in one sentence, and changes nothing', async () => {
	const prompt = await shop();
	const failed = async (...args: string[]) => { const { exitCode, stderr } = await on(prompt, ...args); return `${exitCode} ${stderr.replace(/^Store: .*\n/, '')}`; };
	writeFileSync(join(prompt.folder, 'broken.json'), '{ "match": ');
	writeFileSync(join(prompt.folder, 'odd.json'), '{ "match": "all", "rules": [{ "about": "bought", "measure": "litres" }] }');
	writeFileSync(join(prompt.folder, 'profile.json'), '{ "match": "all", "rules": [{ "about": "vip", "is": true }] }');
	expect(await failed('save', 'x', 'broken.json')).toMatch(/^1 The file of conditions broken.json is not JSON/);
	expect(await failed('save', 'x', 'odd.json')).toMatch(/^1 The conditions of the segment cannot be used at "rules\.0\.measure": Invalid option: expected one of "orders"/);
	expect(await failed('members', 'nobody')).toBe('1 This customer store has no segment "nobody": save it with Segment > Save a Segment, or choose one from the list.\n');
	expect(await failed('show', 'nobody')).toBe('1 There is no segment "nobody" in this store.\n');
	expect(await failed('runs', '--pause', '7')).toBe('1 There is no run 7: Segment > Control Runs lists them.\n');
	await on(prompt, 'save', 'vips', 'profile.json');
	expect(await failed('members', 'vips', '--at', '2026-01-01')).toMatch(/^1 This segment cannot be asked as of a past instant: VIP are kept as they are now\./);
	expect((await on(prompt, 'list', '--json')).json().segments).toHaveLength(1);
});
