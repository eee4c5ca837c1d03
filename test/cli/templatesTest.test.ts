import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prompt } from './support/cli';

const shipped = join(__dirname, '..', '..', 'templates', 'abandoned-cart');

/** A copy of the shipped template in the person's folder, with one customer's story only, changed by the test. */
function copyOf(prompt: Prompt, change: (scenario: Scenario) => void = () => undefined): string {
	const folder = join(prompt.folder, 'my-template');
	cpSync(shipped, folder, { recursive: true });
	const file = join(folder, 'scenario.json');
	const scenario = JSON.parse(readFileSync(file, 'utf8')) as Scenario;
	scenario.steps = scenario.steps.filter(({ event }) => event?.customer === 'carla');
	scenario.expect = scenario.expect.filter(({ customer }) => customer === 'carla');
	change(scenario);
	writeFileSync(file, JSON.stringify(scenario));
	return folder;
}

interface Scenario {
	steps: { event?: { customer: string } }[];
	expect: { at: string; customer: string }[];
	[more: string]: unknown;
}

test('templates test says what a template did, and ends with 0 when all of it was expected', async () => {
	const prompt = new Prompt();
	copyOf(prompt);
	const text = await prompt.run('templates', 'test', 'my-template');
	expect([text.exitCode, text.stdout]).toEqual([0, 'my-template: ok (3 messages, 0 blocked, 3 days of virtual time)\n']);
	expect((await prompt.run('templates', 'test', 'my-template', '--json')).json()).toEqual({ ok: true, templates: [{ slug: 'my-template', ok: true, messages: 3, blocked: 0, days: 3, problems: [] }] });
});

test('templates test ends with 1 and says what differs, or what cannot be read, and goes on with the others', async () => {
	const prompt = new Prompt();
	copyOf(prompt, ({ expect: [first] }) => (first!.at = '2026-11-16T10:00:00Z'));
	const late = await prompt.run('templates', 'test', 'my-template');
	expect(late.exitCode).toBe(1);
	expect(late.stdout).toContain('my-template: 1 problem');
	expect(late.stdout).toContain('  Wrong time: carla gets "Letter 1: your cart" by email at 2026-11-16T10:10:00Z, 10 minutes later than expected (2026-11-16T10:00:00Z).');

	const other = join(prompt.folder, 'other');
	cpSync(join(prompt.folder, 'my-template'), other, { recursive: true });
	rmSync(join(other, 'scenario.json'));
	const both = await prompt.run('templates', 'test', 'other', 'my-template', '--json');
	expect(both.exitCode).toBe(1);
	expect(both.json().templates).toMatchObject([{ slug: 'other', ok: false, problems: ['The template other has no scenario.json: write its saved test.'] }, { slug: 'my-template', ok: false }]);
});

test('a workflow that cannot be switched on is a problem of the template, in the words of its node', async () => {
	const prompt = new Prompt();
	const file = join(copyOf(prompt), 'workflow.json');
	writeFileSync(file, readFileSync(file, 'utf8').replace('"eventType": "cart_updated"', '"eventType": ""'));
	const { exitCode, stdout } = await prompt.run('templates', 'test', 'my-template');
	expect(exitCode).toBe(1);
	expect(stdout).toContain('The workflow cannot be switched on: "Cart left behind": "Start When This Happens" is empty: fill it in.');
});
