import type { INodeTypeDescription } from 'n8n-workflow';

/** n8n reads the functions as expressions, in the editor as well: they see nothing but their argument. */

interface Form {
	operation?: string;
	segmentFrom?: string;
	segment?: string;
	segmentName?: string;
	match?: string;
	conditions?: Record<string, Record<string, unknown>[]>;
	groups?: { groups?: { match?: string; conditions?: Record<string, Record<string, unknown>[]> }[] };
}

function outputs(parameters: Form) {
	const names = (parameters.operation ?? 'route') === 'route' ? ['In', 'Out'] : parameters.operation === 'source' ? ['Members'] : ['Result'];
	return names.map((displayName) => ({ type: 'main', displayName }));
}

/** "bought Coffee, not message_opened": what the conditions say, as short as a subtitle must be. */
function subtitle(parameters: Form) {
	const period = (line: Record<string, unknown>) => (line.when === 'longerAgo' ? ` > ${String(line.days ?? 30)} d ago` : line.when === 'between' ? ' in a period' : line.when === 'ever' ? '' : ` in ${String(line.days ?? 30)} d`);
	const goods = (line: Record<string, unknown>) => (line.what === 'category' ? ` ${[line.category].flat().join('/') || 'a category'}` : line.what === 'product' ? ` ${String(line.products || 'products')}` : '');
	const say: Record<string, (line: Record<string, unknown>) => string> = {
		bought: (line) => `${line.whether === 'notBought' ? 'not ' : ''}bought${goods(line)}${line.whether !== 'notBought' && Number(line.value ?? 1) !== 1 ? ` × ${String(line.value)}` : ''}${period(line)}`,
		did: (line) => `${line.whether === 'didNot' ? 'not ' : ''}${String((line.eventType === '__other' ? line.otherEvent : line.eventType) || 'message_opened')}${period(line)}`,
		label: (line) => (line.label === 'vip' ? `${line.not ? 'not ' : ''}VIP` : `${line.not ? 'not ' : ''}${[line.rfmGroups, line.stages, line.rhythms, line.valueTiers, line.priceTiers, line.categoryNames, line.channels].flat().filter(Boolean).join('/') || 'a group'}`),
		figure: (line) => `${String(line.figure ?? 'recency')} ${String(line.value ?? 1)}`,
		profile: (line) => `${String((line.field === 'attribute' ? line.attribute : line.field) ?? 'country')} ${String(line.value ?? '')}`.trim(),
		consent: (line) => `${line.given === false ? 'no ' : ''}consent ${String(line.channel ?? 'email')}`,
		order: (line) => `${String(line.which ?? 'last')} order ${line.is === 'inTheLast' ? '<' : '>'} ${String(line.days ?? 60)} d ago`,
		event: (line) => `${String(line.which ?? 'last')} ${String(line.eventType ?? 'event')} ${line.is === 'inTheLast' ? '<' : '>'} ${String(line.days ?? 60)} d ago`,
		date: (line) => `${String((line.field === 'attribute' ? line.attribute : line.field) ?? 'date')} ${String(line.days ?? 30)} d`,
		segment: (line) => `${line.inside === 'outside' ? 'not ' : ''}in ${String(line.segment || 'a segment')}`,
	};
	const words = (match: string | undefined, conditions: Form['conditions'], groups: string[]): string => {
		const parts = [...Object.entries(conditions ?? {}).flatMap(([kind, lines]) => (lines ?? []).map((line) => say[kind]?.(line) ?? kind)), ...groups];
		return match === 'none' ? `not (${parts.join(' or ')})` : parts.join(match === 'any' ? ' or ' : ', ');
	};
	const rules = () => words(parameters.match, parameters.conditions, (parameters.groups?.groups ?? []).map((group) => `(${words(group.match, group.conditions, [])})`));
	if (parameters.operation === 'runs') return 'control runs';
	if (parameters.operation === 'rfm') return 'RFM groups';
	if (parameters.operation === 'editRfm') return 'edit RFM groups';
	if (parameters.operation === 'save') return `save ${parameters.segmentName || 'a segment'}`;
	const all = parameters.operation === 'source' ? 'all: ' : '';
	return all + ((parameters.segmentFrom === 'saved' ? parameters.segment || 'choose a segment' : rules()) || 'no conditions yet');
}

export const outputsExpression = `={{(${outputs})($parameter)}}` as unknown as INodeTypeDescription['outputs'];
export const subtitleExpression = `={{(${subtitle})($parameter)}}`;
