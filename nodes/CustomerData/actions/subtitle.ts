import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** What stands under the node on the canvas: the action's own words, such as "Record an order". */
export function actionSubtitle(resources: Record<string, INodeProperties[]>): string {
	const words = Object.entries(resources).flatMap(([resource, properties]) =>
		operationsOf(properties).map(({ value, action }) => [`${resource}.${value}`, action] as const),
	);
	return `={{ (${JSON.stringify(Object.fromEntries(words))})[$parameter["resource"] + "." + $parameter["operation"]] }}`;
}

function operationsOf(properties: INodeProperties[]): INodePropertyOptions[] {
	return (properties.find(({ name }) => name === 'operation')?.options ?? []) as INodePropertyOptions[];
}
