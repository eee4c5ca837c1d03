import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

type Reader = Pick<IExecuteFunctions, 'getNode' | 'getNodeParameter'>;
/** The names that lead to a value in an item; with `?.` nothing on the way to it may be there. */
type Path = readonly { name: string; optional: boolean }[];

const STEP = String.raw`(?:\??\.[A-Za-z_]\w*|\['[^'\\{}$]+'\]|\["[^"\\{}$]+"\])`;
const PATHS = new RegExp(String.raw`^=\{\{\s*(\$json${STEP}+(?:\s*\?\?\s*\$json${STEP}+)*)\s*\}\}$`);

/**
 * Reads a text or number field of each item, as `getNodeParameter` does. Where the field says which field of the item is meant,
 * or several of which the first that is there counts (`{{ $json.customer?.id ?? $json.email }}`), it is looked up here: n8n
 * builds all that an expression might ask for anew for each item, and that takes longer than the store does to answer. Whatever
 * is not as plain as that, in the field or in the item, n8n works out.
 * @param fallback what a field that the node does not have holds
 */
export function itemField(context: Reader, items: readonly INodeExecutionData[], name: string, fallback?: unknown): (index: number) => unknown {
	const paths = pathsOf(context.getNode().parameters[name]);
	return (index) => plainValue(paths, items[index]?.json) ?? context.getNodeParameter(name, index, fallback);
}

function pathsOf(parameter: unknown): Path[] {
	const [, inner] = (typeof parameter === 'string' && PATHS.exec(parameter)) || [];
	return inner === undefined ? [] : inner.split('$json').slice(1).map((path) => [...path.matchAll(new RegExp(STEP, 'g'))].map(([step]) => stepOf(step)));
}

function stepOf(step: string): Path[number] {
	return step.startsWith('[') ? { name: step.slice(2, -2), optional: false } : { name: step.replace(/^\??\./, ''), optional: step.startsWith('?') };
}

/** @returns undefined where n8n is to say */
function plainValue(paths: readonly Path[], json: unknown): string | number | undefined {
	for (const path of paths) {
		const found = follow(path, json);
		if (found === undefined) return undefined;
		if (found.value !== null && found.value !== undefined) return typeof found.value === 'string' || typeof found.value === 'number' ? found.value : undefined;
	}
	return undefined;
}

/** @returns undefined where the way leads to something that is no field of an item */
function follow(path: Path, json: unknown): { value: unknown } | undefined {
	let value = json;
	for (const { name, optional } of path) {
		if (value === null || value === undefined) return optional ? { value: undefined } : undefined;
		if (typeof value !== 'object' || (!Object.hasOwn(value, name) && name in value)) return undefined;
		value = (value as Record<string, unknown>)[name];
	}
	return { value };
}
