import type { INodePropertyOptions } from 'n8n-workflow';

/** What a list shows that has nothing to choose from: why, and what to do. An empty list looks like a fault. */
export function orWhyEmpty(choices: INodePropertyOptions[], why: { name: string; description: string }): INodePropertyOptions[] {
	return choices.length > 0 ? choices : [{ ...why, value: '' }];
}
