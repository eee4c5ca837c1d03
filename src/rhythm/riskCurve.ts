import type { Hazards } from './hazards';

/** The common curve of {@link Hazards} in arrays of numbers: it is asked several times for each of a million customers. */
export interface RiskCurve {
	readonly times: Float64Array;
	readonly risks: Float64Array;
	readonly power: number;
}

export function riskCurve({ times, risks, power }: Pick<Hazards, 'times' | 'risks' | 'power'>): RiskCurve {
	return { times: Float64Array.from(times), risks: Float64Array.from(risks), power };
}

/** Cumulated risk on the common curve. @param time in the customer's own time */
export function cumulatedRisk({ times, risks, power }: RiskCurve, time: number): number {
	const last = times.length - 1;
	if (time <= 0) return 0;
	if (time >= times[last]) return risks[last] * (time / times[last]) ** power;
	const above = firstAbove(times, time);
	return risks[above - 1] + ((risks[above] - risks[above - 1]) * (time - times[above - 1])) / (times[above] - times[above - 1]);
}

/** When the common curve reaches a cumulated risk, in the customer's own time. */
export function timeOfRisk({ times, risks, power }: RiskCurve, risk: number): number {
	const last = times.length - 1;
	if (risk >= risks[last]) return times[last] * (risk / risks[last]) ** (1 / power);
	const above = firstAbove(risks, risk);
	return times[above - 1] + ((times[above] - times[above - 1]) * (risk - risks[above - 1])) / (risks[above] - risks[above - 1]);
}

function firstAbove(values: Float64Array, value: number): number {
	let from = 1;
	let to = values.length - 1;
	while (from < to) {
		const middle = (from + to) >>> 1;
		if (values[middle] <= value) from = middle + 1;
		else to = middle;
	}
	return from;
}
