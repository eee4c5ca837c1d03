import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consentColumns } from '../../src/ingest/import/kinds/consents';
import { customerColumns } from '../../src/ingest/import/kinds/customers';
import { eventColumns } from '../../src/ingest/import/kinds/events';
import { messageColumns } from '../../src/ingest/import/kinds/messages';
import { orderColumns } from '../../src/ingest/import/kinds/orders';
import { productColumns } from '../../src/ingest/import/kinds/products';
import { subscriptionColumns } from '../../src/ingest/import/kinds/subscriptions';
import { Prompt } from './support/cli';
import { writeTemplate, goodWorkflow } from './support/goodTemplate';
import { freshPostgres } from '../support/stores';
import { beginOneRun, parkOneCustomer, setOneAside } from './support/parked';

/** What docs/cli.md shows: a command, and the JSON it prints. */
interface Example {
	command: string;
	/** documents, one or (JSON lines) several */
	printed: unknown[];
}

const docs = readFileSync(join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
const FIXTURES = join(__dirname, 'fixtures', 'docs');

function examples(): Example[] {
	const pairs = [...docs.matchAll(/```console\n\$ customer-journeys ([^\n]+)\n```\n```json\n([\s\S]*?)```/g)];
	return pairs.map(([, command, json]) => ({ command: command!, printed: documents(json!) }));
}

function documents(text: string): unknown[] {
	try {
		return [JSON.parse(text)];
	} catch {
		return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown);
	}
}

/**
 * What a reader relies on: keys, kinds of values, how instants and money are written. Elements of a list may differ; a
 * key that only some have is marked.
 */
function shapeOf(value: unknown): unknown {
	if (value === null) return 'null';
	if (Array.isArray(value)) return value.length === 0 ? [] : [merged(value.map(shapeOf))];
	if (typeof value === 'object') return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, FREE.has(key) ? 'free' : shapeOf(inner)]));
	if (typeof value !== 'string') return typeof value;
	if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return 'instant';
	return /^-?\d+\.\d{2,4}$/.test(value) ? 'money' : 'string';
}

/** Their keys are the shop's, or those of families of figures. */
const FREE = new Set(['attributes', 'properties', 'trace', 'reasons']);

function merged(shapes: unknown[]): unknown {
	if (shapes.every((shape) => Array.isArray(shape))) {
		const elements = shapes.flat();
		return elements.length === 0 ? [] : [merged(elements)];
	}
	const objects = shapes.filter((shape): shape is Record<string, unknown> => typeof shape === 'object' && shape !== null && !Array.isArray(shape));
	if (objects.length !== shapes.length) return [...new Set(shapes.map((shape) => JSON.stringify(shape)))].sort().join(' | ');
	const keys = [...new Set(objects.flatMap(Object.keys))].sort();
	return Object.fromEntries(
		keys.map((key) => {
			const having = objects.filter((shape) => Object.hasOwn(shape, key));
			return [having.length === objects.length ? key : `${key}?`, merged(having.map((shape) => shape[key]))];
		}),
	);
}

/** null in one place may be a value in the other; everything else must agree. */
function agree(documented: unknown, real: unknown, path = '$'): string[] {
	if ([documented, real].some((shape) => typeof shape === 'string' && plain(shape) === 'null')) return [];
	if (Array.isArray(documented) && Array.isArray(real)) return documented.length && real.length ? agree(documented[0], real[0], `${path}[]`) : [];
	if (isObject(documented) && isObject(real)) {
		const keys = new Set([...Object.keys(documented), ...Object.keys(real)]);
		return [...keys].flatMap((key) => {
			if (!Object.hasOwn(real, key)) return [`${path}.${key} is documented but not printed`];
			if (!Object.hasOwn(documented, key)) return [`${path}.${key} is printed but not documented`];
			return agree(documented[key], real[key], `${path}.${key}`);
		});
	}
	const parts = (shape: unknown) => new Set(String(shape).split(' | ').filter((part) => plain(part) !== 'null').map((part) => plain(part)));
	const [left, right] = [parts(documented), parts(real)];
	return left.size === right.size && [...left].every((part) => right.has(part)) ? [] : [`${path} is documented as ${JSON.stringify(documented)} and printed as ${JSON.stringify(real)}`];
}

/** Shapes of lists within lists are quoted once for each. */
const plain = (shape: string) => shape.replace(/["\\]/g, '');
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const COMMANDS = [
	'import',
	'customer',
	'policy decide',
	'policy forecast',
	'bundles',
	'sequences',
	'segment save',
	'segment members',
	'segment list',
	'segment runs',
	'recommend',
	'value',
	'leads',
	'refresh',
	'segments',
	'lifecycle',
	'rhythm',
	'waiting',
	'journeys',
	'dead-letters',
	'store init',
	'store move',
	'clock advance',
	'doctor',
	'templates list',
	'templates check',
	'templates test',
	'events set-aside',
];

test('every command of the help has a section and an example in docs/cli.md', async () => {
	for (const command of COMMANDS) {
		expect(docs).toContain(`\n## ${command}\n`);
		expect(examples().map((example) => example.command)).toContainEqual(expect.stringMatching(new RegExp(`^${command} `)));
	}
	const help = (await new Prompt().run('--help')).stdout;
	const listed = [...help.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name!).filter((name) => name !== 'help' && name !== 'customer-journeys');
	for (const name of listed) expect(COMMANDS.some((command) => command.split(' ')[0] === name)).toBe(true);
});

test('every option of every command is in docs/cli.md', async () => {
	const prompt = new Prompt();
	for (const command of ['', 'policy show', 'policy save', 'segment show', 'segment remove', ...COMMANDS]) {
		const help = (await prompt.run(...command.split(' ').filter(Boolean), '--help')).stdout;
		for (const [, option] of help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) {
			if (option !== '--version') expect(docs).toContain(option!);
		}
	}
});

test('every column of every kind of file is in docs/cli.md', () => {
	const rowOf = (kind: string) => docs.split('\n').find((line) => line.startsWith(`| ${kind}`))!;
	const who = ['customer_id', 'email', 'phone'];
	for (const { kind, columns } of [customerColumns, consentColumns, eventColumns, productColumns, orderColumns, subscriptionColumns, messageColumns]) {
		for (const column of columns) {
			if (!who.includes(column)) expect(rowOf(kind)).toContain(column);
		}
		expect(rowOf(kind).includes('**who**')).toBe(who.every((column) => columns.includes(column)));
	}
});

test('the examples of docs/cli.md have the shape of what is really printed, in the order of the page', async () => {
	const prompt = new Prompt();
	for (const file of readdirSync(FIXTURES)) copyFileSync(join(FIXTURES, file), join(prompt.folder, file));
	const workflow = goodWorkflow();
	workflow.nodes.find((node) => node.name === 'Send Email')!.parameters.text = 'Your cart';
	writeTemplate(join(prompt.folder, 'my-template'), { workflow, cover: undefined });
	const problems: string[] = [];
	const { connectionString, schema } = freshPostgres();
	const moveTo = `${connectionString}?schema=${schema}`;
	for (const { command: written, printed } of examples()) {
		const command = written.replace('postgres://journeys@db.example.com/journeys', moveTo);
		if (command.startsWith('store move')) await prompt.run('store', 'init', 'client-b.sqlite');
		if (command.startsWith('waiting')) await parkOneCustomer(join(prompt.folder, 'shop.sqlite'));
		if (command.startsWith('segment runs')) await beginOneRun(join(prompt.folder, 'shop.sqlite'));
		if (command.startsWith('dead-letters') && !command.includes('--redrive')) await setOneAside(join(prompt.folder, 'shop.sqlite'));
		const outcome = await prompt.run(...command.split(' '));
		const real = command.includes('--json') ? [outcome.json()] : outcome.lines();
		const [left, right] = [merged(printed.map(shapeOf)), merged(real.map(shapeOf))];
		problems.push(...agree(left, right).map((problem) => `${command}: ${problem}`));
	}
	expect(problems).toEqual([]);
});
