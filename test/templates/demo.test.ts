import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(__dirname, '..', '..');
const run = promisify(execFile);

test('npm run demo tells who got what, was held or blocked and why, and bought; plainly where nobody watches', async () => {
	const { stdout } = await run(process.execPath, [path.join(root, 'scripts', 'demo.mjs'), '--date', '2026-11-16'], { cwd: root });
	expect(stdout).not.toContain('\u001b');
	const lines = stdout.split('\n');
	const days = lines.filter((line) => /^\w+day \d+ November$/.test(line));
	expect(days).toEqual(['Monday 16 November', 'Tuesday 17 November', 'Wednesday 18 November', 'Thursday 19 November', 'Friday 20 November', 'Sunday 22 November']);
	const told = (kind: string, words: RegExp) => lines.filter((line) => line.slice(35).startsWith(kind) && words.test(line));
	expect(told('cart', /leaves a cart of £\d/)).toHaveLength(12);
	// Quiet hours end at nine by the customer's own clock.
	expect(told('held', /until 9:00 (today|tomorrow) because it is night/)).toHaveLength(5);
	for (const line of told('mail', /in (New York|Tokyo|Sydney)\)$/)) expect(line).toMatch(/\((09:[0-5]\d|1\d:\d\d|20:[0-5]\d) in /);
	expect(told('blocked', /no consent to marketing messages by email/)).toHaveLength(8);
	expect(told('blocked', /"any-7d" allows 3 messages in 7 days/)).toHaveLength(1);
	expect(told('bought', /before any letter/)).toHaveLength(2);
	expect(told('bought', /after letter [123]/)).toHaveLength(3);
	expect(stdout).toContain(`12 carts left · ${told('mail', /Letter/).length} letters sent`);
});
