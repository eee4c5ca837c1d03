import type { CustomerMargins, ShopHistory } from '../features/contract';
import type { WorthSettings } from './worthSettings';

/** What is left of a customer's revenue. */
export interface Worth {
	soFarE4: number;
	lastYearE4: number;
	/** What is left of revenue that is expected of the customer: as much as of what was bought so far. */
	share: number;
}

/** @param allE4 the customer's revenue, in ten-thousandths @param yearE4 that of the last year */
export function worthOf({ margins }: Pick<ShopHistory, 'margins'>, place: number, allE4: number, yearE4: number, { marginShare }: Pick<WorthSettings, 'marginShare'>): Worth {
	if (!margins) {
		const share = marginShare ?? 1;
		return { soFarE4: allE4 * share, lastYearE4: yearE4 * share, share };
	}
	const soFarE4 = margins.marginE4[place] + margins.elsewhere * (allE4 - margins.knownE4[place]);
	return { soFarE4, lastYearE4: yearMarginE4(margins, place, yearE4), share: allE4 > 0 ? Math.min(1, Math.max(0, soFarE4 / allE4)) : margins.elsewhere };
}

/** What is left of the revenue of the last year, in ten-thousandths. */
export const yearMarginE4 = (margins: CustomerMargins, place: number, yearE4: number): number => margins.yearMarginE4[place] + margins.elsewhere * (yearE4 - margins.yearKnownE4[place]);
