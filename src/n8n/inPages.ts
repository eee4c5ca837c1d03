/** A page of work on the store: some hundred customers in one transaction. Instants are UTC milliseconds. */
export interface WorkedPage {
	/** There is more to do at once. */
	more: boolean;
	/** When there is work again, where nothing is left to do at once; null: not by itself. */
	nextDueAt: number | null;
	/** The store's clock, where a pause is kept. */
	now?: number;
}

/**
 * What a loop prepares before it takes batches, page by page, so that no transaction is long and other work on the store comes
 * between two pages. When a round has had its share, the loop comes round again after a pause.
 * @param pauseMs so that a first look at millions leaves the store to others
 */
export async function inPages(page: () => Promise<WorkedPage>, { most, pauseMs = 0 }: { most: number; pauseMs?: number }): Promise<{ nextDueAt: number | null }> {
	for (let pages = 1; ; pages++) {
		const { more, nextDueAt, now } = await page();
		if (!more) return { nextDueAt };
		if (pages >= most) return { nextDueAt: (now ?? 0) + pauseMs };
	}
}
