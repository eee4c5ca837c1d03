/** Derivative of ln Γ at x > 0: raised by the recurrence to where the asymptotic series (Abramowitz & Stegun 6.3.18) is exact. */
export function digamma(x: number): number {
	let shifted = x;
	let sum = 0;
	for (; shifted < 10; shifted++) sum -= 1 / shifted;
	const inverse = 1 / (shifted * shifted);
	return sum + Math.log(shifted) - 0.5 / shifted - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132 - inverse * (691 / 32_760))))));
}
