import { unitHash } from '../core/hash';

/** A way of treating customers that is tried, and its share relative to the others. */
export interface Arm {
	name: string;
	/** more than 0 */
	weight: number;
}

/** Arms are drawn by hash of key, salt and customer alone, so that no restart, copy or import of n8n changes them (measurement.md). */
export interface Experiment {
	key: string;
	/** Another one draws anew. */
	salt: string;
	/** Share of the customers who are left alone, 0 to 100. */
	controlPercent: number;
	arms: readonly Arm[];
}

/** The arm that is left alone; no other may be called so. */
export const CONTROL = 'control';

/**
 * The arm that a customer is drawn for.
 *
 * The control group is cut off first: a larger share keeps everybody who is in it. The others go to the arm of the lowest
 * weighted score (rendezvous hashing): where one arm's weight changes, customers move to or from that arm only.
 * @param customer the store's text key, which outlives imports
 */
export function drawArm(experiment: Experiment, customer: string): string {
	if (isDrawn(experiment, customer)) return CONTROL;
	let best = '';
	let bestScore = Infinity;
	for (const { name, weight } of experiment.arms) {
		const score = -Math.log(unitHash('arm', experiment.key, experiment.salt, name, customer) + Number.EPSILON) / weight;
		if (score < bestScore || best === '') [best, bestScore] = [name, score];
	}
	return best;
}

/** Whether a customer is drawn for a control group. */
export function isDrawn({ key, salt, controlPercent }: Pick<Experiment, 'key' | 'salt' | 'controlPercent'>, customer: string): boolean {
	return controlPercent > 0 && unitHash('control', key, salt, customer) * 100 < controlPercent;
}
