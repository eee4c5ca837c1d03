import type { INodeProperties } from 'n8n-workflow';

/** A field stands in the form where the others say so. */
export const showFor = (show: Record<string, string[]>): INodeProperties['displayOptions'] => ({ show });
