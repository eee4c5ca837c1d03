import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { text } from '../../src/n8n/eventFields';
import { optionOfStep } from '../../src/n8n/journeyContext';
import { unsubscribeUrl } from '../../src/n8n/unsubscribeUrl';

/**
 * The page of an item where it depends on the item: it is kept with a message that is held, for when that leaves, the node
 * does not see the item's fields. Undefined where all have the same: there the node as it is then has its say.
 * @param filledIn what the option says for the item
 * @throws JourneyError `bad_input` for an address that is none
 */
export function pageOfItem(context: IExecuteFunctions, filledIn: unknown): string | undefined {
	if (!dependsOnItem(context)) return undefined;
	const page = text(filledIn);
	unsubscribeUrl(context, page);
	return page;
}

/** Makes the unsubscribe links of a run. */
export class UnsubscribePages {
	private readonly ofNode: string;
	private readonly differ: boolean;
	private readonly made = new Map<string, (token: string) => string>();

	/** @throws JourneyError `bad_input` for an address that is none: before a message is let out */
	constructor(private readonly context: IExecuteFunctions) {
		this.differ = dependsOnItem(context);
		this.ofNode = text((context.getNodeParameter('options', 0, {}) as IDataObject).unsubscribePage);
		if (!this.differ) this.to(this.ofNode);
	}

	/** @param page of the item, as {@link pageOfItem} gave it */
	link(token: string, page: string | undefined): string {
		return this.to(this.differ ? (page ?? this.ofNode) : this.ofNode)(token);
	}

	private to(page: string): (token: string) => string {
		const known = this.made.get(page) ?? unsubscribeUrl(this.context, page);
		this.made.set(page, known);
		return known;
	}
}

function dependsOnItem(context: IExecuteFunctions): boolean {
	const page = optionOfStep(context.getNode(), 'unsubscribePage');
	return typeof page === 'string' && page.startsWith('=');
}
