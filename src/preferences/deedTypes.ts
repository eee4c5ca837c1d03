import type { Signal } from './contract';

const VIEWS = ['product_viewed', 'category_viewed', 'page_viewed', 'screen_viewed', 'product_view', 'page_view'];

/** What a deed is. */
export interface DeedKind {
	signal: Signal;
	/** Looked at a page or a product. */
	view: boolean;
}

/** Columns of deeds name them by their places. */
export const DEED_KINDS: readonly DeedKind[] = [{ signal: 'opened', view: false }, { signal: 'clicked', view: false }, { signal: 'visited', view: false }, { signal: 'visited', view: true }];

const KIND_OF = new Map([['message_opened', 0], ['message_clicked', 1], ['visit', 2], ...VIEWS.map((type): [string, number] => [type, 3])]);

/** Events that say what a customer answers and looks at. */
export const DEED_TYPES: readonly string[] = [...KIND_OF.keys()];

/** The place among {@link DEED_KINDS} of an event of one of {@link DEED_TYPES}. */
export const deedKindOf = (type: string): number => KIND_OF.get(type) as number;
