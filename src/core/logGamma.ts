/** Coefficients for g = 607/128 (P. Godfrey); relative error below 1e-14 for positive arguments. */
const LANCZOS = [
	0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174, -0.49191381609762019978, 0.33994649984811888699e-4, 0.46523628927048575665e-4, -0.98374475304879564677e-4,
	0.15808870322491248884e-3, -0.21026444172410488319e-3, 0.2174396181152126432e-3, -0.16431810653676389022e-3, 0.84418223983852743293e-4, -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];

/** ln Γ(x) for x > 0 (Lanczos 1964). */
export function logGamma(x: number): number {
	const shifted = x + 607 / 128 - 0.5;
	let sum = LANCZOS[0];
	for (let place = 1; place < LANCZOS.length; place++) sum += LANCZOS[place] / (x + place - 1);
	return (x - 0.5) * Math.log(shifted) - shifted + Math.log(sum * Math.sqrt(2 * Math.PI));
}
