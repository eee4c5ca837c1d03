import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeInBrowser, inEditor } from './support/browser';
import { TestN8n, type NodeTypeJson } from './support/n8n';
import { projectRoot } from './support/scripts';

interface PackageJson {
	name: string;
	n8n: { nodes: string[]; credentials: string[] };
}

const packageFolder = process.env.E2E_PACKAGE_FOLDER ?? projectRoot;
const packageJson = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as PackageJson;

/** dist/nodes/JourneyWait/JourneyWait.node.js -> n8n-nodes-customer-journeys.journeyWait */
const nodeTypes = packageJson.n8n.nodes.map((file) => `${packageJson.name}.${lowerFirst(path.basename(file, '.node.js'))}`);
const credentialTypes = packageJson.n8n.credentials.map((file) => lowerFirst(path.basename(file, '.credentials.js')));

let n8n: TestN8n;
let loaded: NodeTypeJson[];
beforeAll(async () => {
	n8n = await TestN8n.start('installation');
	loaded = (await n8n.rest.nodeTypes()).filter(({ name }) => name.startsWith(`${packageJson.name}.`));
});
afterAll(async () => await n8n?.remove());

test('n8n loads every node of the packed package under the name that templates use', () => {
	expect(loaded.map(({ name }) => name).filter((name) => !name.endsWith('Tool')).sort()).toEqual([...nodeTypes].sort());
});

test('every icon of nodes and credentials is served', async () => {
	const credentials = (await n8n.rest.request('GET', '/types/credentials.json')) as NodeTypeJson[];
	const ours = credentials.filter(({ name }) => credentialTypes.includes(name));
	expect(ours.map(({ name }) => name)).toEqual(credentialTypes);
	const icons = [...loaded, ...ours].flatMap(({ name, iconUrl }) => iconsOf(name, iconUrl));
	for (const icon of icons) {
		const response = await fetch(`${n8n.url}/${icon}`);
		expect({ icon, status: response.status, type: response.headers.get('content-type') }).toMatchObject({ icon, status: 200, type: expect.stringMatching(/svg/) as string });
	}
});

describeInBrowser('In the editor', () => {
	test('every node is found by its name in the node panel', async () => {
		await inEditor(n8n, 'node-panel', async (editor) => {
			await editor.openWorkflow();
			for (const { name, displayName } of loaded.filter((type) => nodeTypes.includes(type.name))) {
				await editor.searchNodes(displayName);
				await editor.page.getByTestId('node-creator-item-name').getByText(displayName, { exact: true }).first().waitFor();
				await editor.screenshot(`node-panel-${name.split('.')[1]}`);
			}
		});
	});
});

function iconsOf(name: string, iconUrl: NodeTypeJson['iconUrl']): string[] {
	if (!iconUrl) throw new Error(`${name} has no icon.`);
	return typeof iconUrl === 'string' ? [iconUrl] : [iconUrl.light, iconUrl.dark];
}

function lowerFirst(text: string): string {
	return text[0]!.toLowerCase() + text.slice(1);
}
