import { join } from 'node:path';
import { checkTemplate, type TemplateProblem } from '../../src/cli/templates/check';
import { firstParagraph } from '../../src/cli/templates/description';
import { freshFolder } from '../support/stores';
import { goodScenario, goodWorkflow, pngHeader, writeTemplate, type Workflow } from './support/goodTemplate';

function check(parts: Parameters<typeof writeTemplate>[1] = {}): TemplateProblem[] {
	return checkTemplate({ slug: 'cart', folder: writeTemplate(join(freshFolder(), 'cart'), parts) });
}

/** Breaks the good workflow in one place and says which rules complain about which node. */
function broken(change: (workflow: Workflow) => void): string[] {
	const workflow = goodWorkflow();
	change(workflow);
	return check({ workflow }).map(({ rule, node }) => (node === undefined ? rule : `${rule} @ ${node}`));
}

const nodeOf = (workflow: Workflow, name: string) => workflow.nodes.find((node) => node.name === name)!;
const wire = (node: string) => ({ node, type: 'main', index: 0 });

test('a template without a fault has no problem', () => {
	expect(check()).toEqual([]);
});

describe('what belongs to one instance', () => {
	test.each<[string, (workflow: Workflow) => void, string[]]>([
		['credentials', (w) => (nodeOf(w, 'Send Email').credentials = { smtp: { id: '1', name: 'Mail of Ann' } }), ['stripped @ Send Email']],
		['webhook ids', (w) => (nodeOf(w, 'May we?').webhookId = 'f3c1'), ['stripped @ May we?']],
		['the instance id', (w) => (w.meta.instanceId = 'abc'), ['stripped']],
		['pinned data', (w) => (w.pinData = { Wait: [{ json: { email: 'ann@example.com' } }] }), ['stripped']],
		['ids of the workflow and its version', (w) => Object.assign(w, { id: 'x1', versionId: 'v1' }), ['stripped', 'stripped']],
		['being switched on', (w) => (w.active = true), ['stripped']],
		['credential set-up that counts as done', (w) => (w.meta.templateCredsSetupCompleted = true), ['stripped']],
	])('%s', (_, change, expected) => {
		expect(broken(change)).toEqual(expected);
	});

	test('empty pinned data and a workflow that is off are what n8n exports', () => {
		expect(broken((workflow) => Object.assign(workflow, { pinData: {}, active: false }))).toEqual([]);
	});
});

describe('the canvas', () => {
	test.each<[string, (workflow: Workflow) => void, string[]]>([
		['data of executions is kept', (w) => delete w.settings.saveDataSuccessExecution, ['executions_not_kept']],
		['a node of a third package', (w) => (nodeOf(w, 'Settings').type = 'n8n-nodes-other.set'), ['known_nodes @ Settings']],
		['a node type this package does not have', (w) => (nodeOf(w, 'Wait').type = 'n8n-nodes-customer-journeys.wait'), ['known_nodes @ Wait']],
		['a node from a folder of custom extensions', (w) => (nodeOf(w, 'Wait').type = 'CUSTOM.journeyWait'), ['known_nodes @ Wait']],
		['two nodes of one name', (w) => (nodeOf(w, 'Sent').name = 'Failed'), ['wires @ Failed', 'wires @ Send Email', 'reports_sent @ Send Email']],
		['a wire from nowhere', (w) => (w.connections.Gone = { main: [[wire('Wait')]] }), ['wires']],
		['a wire to nowhere', (w) => w.connections['May we?']!.main[1] = [wire('Gone')], ['wires @ May we?']],
		['a node that never runs', (w) => (w.connections.Settings = { main: [null] }), ['reachable @ Wait']],
		['no journey key', (w) => (nodeOf(w, 'Cart left').parameters = {}), ['journey_key @ Cart left']],
		['a journey key that may change', (w) => (nodeOf(w, 'Cart left').parameters.more = { journeyKey: '={{ $workflow.id }}' }), ['journey_key @ Cart left']],
		['no step key', (w) => (nodeOf(w, 'Wait').parameters = { more: { stepKey: ' ' } }), ['step_key @ Wait']],
		['one step key twice', (w) => (nodeOf(w, 'May we?').parameters = { stepKey: 'wait' }), ['step_key @ May we?']],
		['no sticky note', (w) => (w.nodes = w.nodes.filter((node) => node.type !== 'n8n-nodes-base.stickyNote')), ['sticky_notes']],
		['an empty sticky note', (w) => (nodeOf(w, 'Section').parameters.content = ''), ['sticky_notes @ Section']],
		['set-up without steps', (w) => (nodeOf(w, 'What it does').parameters.content = 'Good luck'), ['sticky_notes']],
	])('%s', (_, change, expected) => {
		expect(broken(change)).toEqual(expected);
	});
});

describe('looking back across a wait', () => {
	const usingIn = (name: string, text: string) => broken((workflow) => (nodeOf(workflow, name).parameters.note = text));

	test('a node after a wait cannot ask what ran before it', () => {
		expect(usingIn('Send Email', "={{ $('Settings').item.json.brand }}")).toEqual(['looks_back @ Send Email']);
		expect(usingIn('Send Email', '={{ $node["Wait"].json.x }}')).toEqual(['looks_back @ Send Email']);
		expect(usingIn('May we?', '={{ $("Cart left").first().json.event }}')).toEqual(['looks_back @ May we?']);
	});

	test('what ran in the same execution may be asked, and plain text is no expression', () => {
		expect(usingIn('Send Email', "={{ $('May we?').item.json.policy.key }}")).toEqual([]);
		expect(usingIn('Wait', "={{ $('Settings').item.json.brand }}")).toEqual([]);
		expect(usingIn('Send Email', "Write $('Settings') here")).toEqual([]);
	});
});

describe('letters', () => {
	test.each<[string, (workflow: Workflow) => void, string[]]>([
		['without unsubscribe link', (w) => (nodeOf(w, 'Send Email').parameters.text = 'Your cart'), ['unsubscribe_link @ Send Email']],
		['stop the run at a bad address', (w) => delete nodeOf(w, 'Send Email').onError, ['error_output @ Send Email']],
		['fail without being reported', (w) => (w.connections['Send Email']!.main[1] = null), ['reachable @ Failed', 'error_output @ Send Email']],
		['are reported sent when they failed', (w) => delete nodeOf(w, 'Failed').parameters.messageResult, ['error_output @ Send Email']],
		['go out without being reported', (w) => (w.connections['Send Email']!.main[0] = [wire('Section')]), ['reachable @ Sent', 'reports_sent @ Send Email']],
		['with a line about n8n', (w) => (nodeOf(w, 'Send Email').parameters.options = {}), ['no_attribution @ Send Email']],
		['past the policy', (w) => (w.connections.Wait!.main[0] = [wire('Send Email'), wire('May we?')]) && (w.connections['May we?']!.main[0] = null), ['through_policy @ Send Email']],
	])('%s', (_, change, expected) => {
		expect(broken(change)).toEqual(expected);
	});

	test('a letter to the shop itself needs neither policy nor unsubscribe link', () => {
		expect(
			broken((workflow) => {
				nodeOf(workflow, 'Send Email').parameters = { toEmail: 'manager@example.com', text: 'Call them' };
			}),
		).toEqual([]);
	});
});

describe('the files', () => {
	test.each<[string, Parameters<typeof writeTemplate>[1], string[]]>([
		['no README', { readme: undefined }, ['readme']],
		['a README without title', { readme: 'x'.repeat(300) }, ['readme']],
		['a README that says nothing', { readme: '# Cart\n\nTODO\n' }, ['readme']],
		['no cover', { cover: undefined }, ['cover']],
		['a cover that is no picture', { cover: Buffer.from('not a picture at all, sorry') }, ['cover']],
		['a cover too small to see anything', { cover: pngHeader(64) }, ['cover']],
		['no saved test', { scenario: undefined }, ['scenario']],
		['a saved test that is no JSON', { scenario: '{' }, ['scenario']],
		['a saved test that cannot be read', { scenario: { ...goodScenario, steps: [{ at: 'soon', event: { customer: 'ann', type: 'x' } }] } }, ['scenario']],
		['a saved test with a policy that is none', { scenario: { ...goodScenario, policy: { rules: [{ id: 'gap', scope: { any: true }, minGap: 'P1M' }] } } }, ['scenario']],
		['a saved test that cannot fail', { scenario: { ...goodScenario, expect: [] } }, ['scenario']],
		['a saved test that expects messages of no node', { scenario: { ...goodScenario, expect: [{ ...goodScenario.expect[0], template: 'Send SMS' }] } }, ['scenario']],
		['no workflow', { workflow: undefined }, ['workflow']],
		['a workflow that is no JSON', { workflow: '{"nodes": [' }, ['workflow']],
		['JSON that is no workflow', { workflow: { nodes: [] } }, ['workflow']],
	])('%s', (_, parts, expected) => {
		expect(check(parts).map(({ rule }) => rule)).toEqual(expected);
	});
});

test('the first paragraph of a README is neither heading nor picture', () => {
	expect(firstParagraph('# Cart\n\n![cover](cover.png)\n\nReminds of\na cart.\n\nMore.')).toBe('Reminds of a cart.');
	expect(firstParagraph('# Only a title')).toBe('');
});
