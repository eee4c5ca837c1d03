import type { WorthSettings } from './worthSettings';

/** How worth is counted in this shop, for a person. */
export function worthInWords({ discountRate, horizonDays, marginShare }: WorthSettings): string[] {
	return [
		marginShare === null ? 'Values are margin where the catalogue says what is left of products, and of other goods as much is taken to be left; where it says nothing at all, they are revenue.' : `Values are margin: what the catalogue says is left of a product, and ${percent(marginShare)} of the revenue of all others.`,
		`Lifetime value is what a customer has brought, and what is expected over the next ${horizonDays} days.`,
		discountRate === 0 ? 'What comes later counts in full.' : `What comes a year later is worth ${percent(discountRate)} less.`,
	];
}

const percent = (share: number) => `${Math.round(share * 10_000) / 100} %`;
