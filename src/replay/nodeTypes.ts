import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IDataObject, INode, INodeType, INodeTypes } from 'n8n-workflow';
import { JourneyError } from '../core/errors';
import type { Engine } from './engine';
import { handling, type Handling } from './nodeHandling';
import { versionOf, type AnyNodeType } from './nodeVersions';
import type { StandIns } from './standIns';

export type NodeTypeClass = new () => AnyNodeType;

/** Node types of the caller by full type name, such as `n8n-nodes-customer-journeys.journeyWait`: a class, or an object made before. */
export type OwnNodeTypes = Readonly<Record<string, NodeTypeClass | AnyNodeType>>;

const BASE = 'n8n-nodes-base';

/**
 * The node types of a replay: the caller's own as they are, n8n's pure nodes as they are, and a stand-in for
 * everything that would leave the machine.
 */
export class ReplayNodeTypes implements INodeTypes {
	private readonly made = new Map<string, AnyNodeType>();
	private readonly baseClasses: Record<string, { className: string; sourcePath: string }>;
	private readonly requireFromBase: NodeJS.Require;

	constructor(
		private readonly engine: Engine,
		private readonly own: OwnNodeTypes,
		private readonly standIns: StandIns,
		/** the workflow's nodes: all that is known of types that are not here */
		private readonly nodes: readonly INode[],
	) {
		const { nodesBase } = engine.location;
		this.requireFromBase = createRequire(join(nodesBase, 'package.json'));
		this.baseClasses = JSON.parse(readFileSync(join(nodesBase, 'dist', 'known', 'nodes.json'), 'utf8')) as typeof this.baseClasses;
	}

	/** What the replay does with a node of this type. */
	handling(type: string): Handling {
		return type in this.own ? 'run' : handling(type);
	}

	getByName(type: string): AnyNodeType {
		const known = this.made.get(type);
		if (known) return known;
		const made = this.make(type);
		this.made.set(type, made);
		return made;
	}

	getByNameAndVersion(type: string, version?: number): INodeType {
		return versionOf(this.getByName(type), version);
	}

	getKnownTypes(): IDataObject {
		return Object.fromEntries(Object.entries(this.baseClasses).map(([name, entry]) => [`${BASE}.${name}`, { ...entry }]));
	}

	/**
	 * @throws JourneyError `bad_input` naming the nodes that a replay cannot run, with what to use instead
	 */
	check(): void {
		for (const node of this.nodes) {
			if (node.disabled) continue;
			const how = this.handling(node.type);
			if (how === 'refuse') {
				const instead = node.type === `${BASE}.wait` ? ': it waits on the real clock. Use Journey Wait, which keeps the customer in the store and costs nothing.' : '. Take it out, or replace it, in the copy that you replay.';
				throw new JourneyError('bad_input', `A replay cannot run the node "${node.name}" (${node.type})${instead}`, { node: node.name, type: node.type });
			}
			this.getByNameAndVersion(node.type, node.typeVersion);
		}
	}

	private make(type: string): AnyNodeType {
		const own = this.own[type];
		if (own) return typeof own === 'function' ? new own() : own;
		const original = this.baseNode(type);
		if (handling(type) === 'standIn') return this.standIns.insteadOf(type, original, this.parameterNames(type));
		return original ?? unknownType(type);
	}

	private parameterNames(type: string): string[] {
		return [...new Set(this.nodes.filter((node) => node.type === type).flatMap((node) => Object.keys(node.parameters)))];
	}

	private baseNode(type: string): AnyNodeType | undefined {
		if (!type.startsWith(`${BASE}.`)) return undefined;
		const entry = this.baseClasses[type.slice(BASE.length + 1)];
		if (!entry) return unknownType(type, this.engine.location.version);
		const file = this.requireFromBase(join(this.engine.location.nodesBase, entry.sourcePath)) as Record<string, NodeTypeClass>;
		return new file[entry.className]!();
	}
}

function unknownType(type: string, version?: string): never {
	const where = version ? `n8n ${version} does not have it` : 'it is neither a node of this package nor one of n8n';
	throw new JourneyError('bad_input', `The workflow uses the node type "${type}", and ${where}: check the spelling in the workflow file.`, { type });
}
