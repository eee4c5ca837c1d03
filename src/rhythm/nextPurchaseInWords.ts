import type { NextPurchase } from './nextPurchase';

/** What is expected and from what, in a sentence or two. @param gaps the customer's own */
export function nextPurchaseInWords({ from, at, until, noReturn }: NextPurchase, gaps: number): string {
	const gone = `${Math.round(noReturn * 100)} % do not come back`;
	const whose = `customers who stood where this one stands${gaps === 0 ? ' after the first order' : ''}`;
	if (Number.isNaN(at)) return `Not expected: of ${whose}, ${gone}.`;
	const middle = Number.isNaN(until) ? `a quarter within ${days(from)}, a quarter much later or never` : `the middle half in ${Math.floor(from)} to ${Math.ceil(until)} days`;
	return `Half of ${whose} ordered within ${days(at)}, ${middle}; ${gone}.`;
}

function days(count: number): string {
	const whole = Math.round(count);
	return whole === 1 ? '1 day' : `${whole} days`;
}
