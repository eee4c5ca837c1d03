/** A place of a smooth function of a few variables, with what is there. */
export interface Place {
	at: number[];
	value: number;
	slope: number[];
	/** Inverse of the curvature as far as it became known on the way. */
	inverse: number[][];
}

type Smooth = (at: readonly number[]) => { value: number; slope: readonly number[] };

const MOST_ROUNDS = 400;

/**
 * The greatest place by BFGS (Nocedal & Wright 2006, chapter 6).
 * @param f its values may be NaN or infinite away from the start; such steps are not taken
 * @param flat slopes smaller than this are level
 * @param known the curvature near the start, of a function much like this one
 */
export function maximize(f: Smooth, start: readonly number[], flat = 1e-9, known?: readonly (readonly number[])[]): Place {
	let inverse = known ? known.map((row) => [...row]) : identity(start.length);
	const look = (at: readonly number[]): Place => {
		const { value, slope } = f(at);
		return { at: [...at], value, slope: [...slope], inverse };
	};
	let here = look(start);
	for (let round = 0; round < MOST_ROUNDS && steepest(here) >= flat; round++) {
		let direction = inverse.map((row) => dot(row, here.slope));
		if (!(dot(direction, here.slope) > 0)) {
			inverse = identity(start.length);
			direction = [...here.slope];
		}
		const next = lineSearch(look, here, direction);
		if (next === undefined) {
			if (isIdentity(inverse)) break;
			inverse = identity(start.length);
			continue;
		}
		update(inverse, next.at.map((one, place) => one - here.at[place]), next.slope.map((one, place) => here.slope[place] - one));
		const gained = next.value - here.value;
		here = next;
		if (gained <= 1e-15 * Math.abs(here.value) && steepest(here) < 1e-6) break;
	}
	return { ...here, inverse };
}

function lineSearch(look: (at: readonly number[]) => Place, from: Place, direction: readonly number[]): Place | undefined {
	const rise = dot(direction, from.slope);
	for (let length = Math.min(1, 2 / Math.max(...direction.map(Math.abs))); length > 1e-12; length /= 2) {
		const next = look(from.at.map((one, place) => one + length * direction[place]));
		// So near the top a rise is lost in rounding; then a smaller slope shows that the step was good.
		const rounded = next.value >= from.value - 1e-13 * Math.abs(from.value) && steepest(next) < steepest(from);
		if ((next.value > from.value + 1e-4 * length * rise || rounded) && next.slope.every(Number.isFinite)) return next;
	}
	return undefined;
}

/** @param moved the step taken @param bent how much the slope fell */
function update(inverse: number[][], moved: readonly number[], bent: readonly number[]): void {
	const curvature = dot(moved, bent);
	if (!(curvature > 1e-18)) return;
	const pushed = inverse.map((row) => dot(row, bent));
	const scale = (1 + dot(bent, pushed) / curvature) / curvature;
	for (let row = 0; row < inverse.length; row++) {
		for (let column = 0; column < inverse.length; column++) inverse[row][column] += scale * moved[row] * moved[column] - (pushed[row] * moved[column] + moved[row] * pushed[column]) / curvature;
	}
}

const steepest = ({ slope }: Place) => Math.max(...slope.map(Math.abs));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, place) => sum + one * b[place], 0);
const identity = (size: number) => Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_unused, column) => (row === column ? 1 : 0)));
const isIdentity = (matrix: number[][]) => matrix.every((row, place) => row.every((one, column) => one === (place === column ? 1 : 0)));
