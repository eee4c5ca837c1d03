import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeTypeClass, OwnNodeTypes } from './nodeTypes';

const PACKAGE = 'n8n-nodes-customer-journeys';
/** Beside the sources or beside the compiled files, whichever runs. */
const FOLDER = join(__dirname, '..', '..', 'nodes');

let loaded: OwnNodeTypes | undefined;

/**
 * The node classes of this package by the type names that workflows use. Call it after `loadEngine`: the classes import
 * n8n-workflow, which outside n8n is found only then.
 */
export function ownNodes(): OwnNodeTypes {
	loaded ??= Object.fromEntries(
		readdirSync(FOLDER, { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => [typeName(name), classOf(name)]),
	);
	return loaded;
}

/** `JourneyWait` -> `n8n-nodes-customer-journeys.journeyWait` */
function typeName(className: string): string {
	return `${PACKAGE}.${className.charAt(0).toLowerCase()}${className.slice(1)}`;
}

function classOf(name: string): NodeTypeClass {
	const file = require(join(FOLDER, name, `${name}.node`)) as Record<string, NodeTypeClass>;
	return file[name]!;
}
