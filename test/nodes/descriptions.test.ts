import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { Workflow, type INodeTypes } from 'n8n-workflow';

/** What n8n's lint cannot see of the nodes' descriptions. */
const nodesFolder = path.join(__dirname, '../../nodes');
const NAMES = readdirSync(nodesFolder);

function load(name: string): INodeType {
	const file = jest.requireActual<Record<string, new () => INodeType>>(path.join(nodesFolder, name, `${name}.node.ts`));
	return new file[name]();
}

describe.each(NAMES)('%s', (name) => {
	const { description, methods } = load(name);

	test('has its icon for light and dark, beside it', () => {
		const { light, dark } = description.icon as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) expect(readFileSync(path.join(nodesFolder, name, icon.replace('file:', '')), 'utf8')).toMatch(/^<svg/);
	});

	test('has a codex file that the node panel can use: without resources n8n drops it silently', () => {
		const codex = JSON.parse(readFileSync(path.join(nodesFolder, name, `${name}.node.json`), 'utf8')) as { node: string; categories: string[]; alias: string[]; resources: { primaryDocumentation: { url: string }[] } };
		expect(codex.node).toBe(`n8n-nodes-customer-journeys.${description.name}`);
		expect(codex.categories.length).toBeGreaterThan(0);
		expect(codex.alias.length).toBeGreaterThan(3);
		expect(codex.resources.primaryDocumentation[0].url).toMatch(/^https:/);
	});

	test('has a subtitle that n8n can evaluate', () => {
		expect(description.subtitle).toBeTruthy();
		const nodeTypes = { getByName: () => load(name), getByNameAndVersion: () => load(name), getKnownTypes: () => ({}) } as INodeTypes;
		const workflow = new Workflow({ id: '1', nodes: [{ id: '1', name: 'Node', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} }], connections: {}, active: false, nodeTypes });
		const subtitle = workflow.expression.getSimpleParameterValue(workflow.getNode('Node')!, description.subtitle, 'internal', {}, undefined, '');
		expect(subtitle).toEqual(expect.any(String));
		expect(subtitle).not.toMatch(/undefined|^=|\{\{/);
	});

	test('takes the Customer Store credential, optional, tested from here', () => {
		expect(description.credentials).toEqual([{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }]);
		expect(methods?.credentialTest?.customerStoreTest).toEqual(expect.any(Function));
	});

	test('says what every option of a list means to n8n\'s action list: each operation has an action', () => {
		const operations = description.properties.filter(({ name: property }) => property === 'operation').flatMap(({ options }) => (options ?? []) as INodePropertyOptions[]);
		for (const operation of operations) expect({ operation: operation.value, action: operation.action }).toEqual({ operation: operation.value, action: expect.any(String) });
	});

	test('no two fields that show at the same time share a name', () => {
		const seen = new Map<string, INodeProperties>();
		for (const property of description.properties) {
			const key = `${property.name} ${JSON.stringify(property.displayOptions ?? {})}`;
			expect(seen.has(key) ? `${key} twice` : '').toBe('');
			seen.set(key, property);
		}
	});
});

test('package.json lists every node and the credential', () => {
	const { n8n } = JSON.parse(readFileSync(path.join(__dirname, '../../package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
	expect(n8n.nodes.map((file) => path.basename(file, '.node.js')).sort()).toEqual([...NAMES].sort());
	for (const file of [...n8n.nodes, ...n8n.credentials]) expect(existsSync(path.join(__dirname, '../..', file.replace('dist/', '').replace('.js', '.ts')))).toBe(true);
});
