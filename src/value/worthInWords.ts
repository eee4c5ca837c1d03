import type { WorthSettings } from './worthSettings';

/** How worth is counted in this shop, for a person. */
export function worthInWords({ discountRate, horizonDays, marginShare }: WorthSettings): string[] {
	return [
		marginShare === null ? 'Values are revenue: the margin is not known.' : `Values are margin: ${percent(marginShare)} of the revenue.`,
		`Lifetime value is what a customer has brought, and what is expected over the next ${horizonDays} days.`,
		discountRate === 0 ? 'What comes later counts in full.' : `What comes a year later is worth ${percent(discountRate)} less.`,
	];
}

const percent = (share: number) => `${Math.round(share * 10_000) / 100} %`;
