import type { WorthSettings } from '../value/worthSettings';
import type { CustomerMargins } from './contract';

/** Revenue of goods of which the catalogue says what is left, and what that is, in ten-thousandths. */
export interface SumOfMargins {
	knownE4: number;
	marginE4: number;
}

export function sumOfMargins({ knownE4, marginE4 }: CustomerMargins): SumOfMargins {
	const sumOf = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0);
	return { knownE4: sumOf(knownE4), marginE4: sumOf(marginE4) };
}

/**
 * What is left of revenue of which the catalogue does not say it: what the shop says, or else as much as of the other goods.
 * @param parts of the shop @returns a share of 0 to 1
 */
export function elsewhereOf(parts: readonly SumOfMargins[], { marginShare }: Pick<WorthSettings, 'marginShare'>): number {
	if (marginShare !== null) return marginShare;
	const known = parts.reduce((sum, { knownE4 }) => sum + knownE4, 0);
	return known > 0 ? Math.min(1, Math.max(0, parts.reduce((sum, { marginE4 }) => sum + marginE4, 0) / known)) : 1;
}
