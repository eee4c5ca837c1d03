import type { INodeType, IVersionedNodeType } from 'n8n-workflow';

export type AnyNodeType = INodeType | IVersionedNodeType;

/** The node type behind a node's `typeVersion`; n8n's own classes throw when they have no such version. */
export function versionOf(type: AnyNodeType, version?: number): INodeType {
	return 'nodeVersions' in type ? type.getNodeType(version) : type;
}
