/** Greatest place of a smooth function of a few variables. */
export interface Maximum {
	at: number[];
	value: number;
}

const STEP = 1e-3;
const MOST_ROUNDS = 400;

/**
 * BFGS (Nocedal & Wright 2006, chapter 6) with slopes by differences of fourth order, whose error at this step is far below
 * what moves a maximum likelihood in its fifth digit.
 * @param f its values may be NaN or infinite away from the start; such steps are not taken
 */
export function maximize(f: (at: readonly number[]) => number, start: readonly number[]): Maximum {
	const size = start.length;
	let at = [...start];
	let value = f(at);
	let slope = slopeOf(f, at);
	let inverse = identity(size);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		let direction = inverse.map((row) => dot(row, slope));
		if (dot(direction, slope) <= 0) {
			inverse = identity(size);
			direction = [...slope];
		}
		const step = lineSearch(f, at, value, direction, dot(direction, slope));
		if (step === undefined) {
			if (isIdentity(inverse)) break;
			inverse = identity(size);
			continue;
		}
		const next = slopeOf(f, step.at);
		update(inverse, step.at.map((one, place) => one - at[place]), next.map((one, place) => slope[place] - one));
		const gained = step.value - value;
		({ at, value } = step);
		slope = next;
		if (Math.max(...slope.map(Math.abs)) < 1e-9 || (gained <= 1e-15 * Math.abs(value) && Math.max(...slope.map(Math.abs)) < 1e-6)) break;
	}
	return { at, value };
}

function lineSearch(f: (at: readonly number[]) => number, at: readonly number[], value: number, direction: readonly number[], rise: number): Maximum | undefined {
	const longest = Math.max(...direction.map(Math.abs));
	for (let length = Math.min(1, 2 / longest); length > 1e-12; length /= 2) {
		const next = at.map((one, place) => one + length * direction[place]);
		const reached = f(next);
		if (reached > value + 1e-4 * length * rise) return { at: next, value: reached };
	}
	return undefined;
}

function slopeOf(f: (at: readonly number[]) => number, at: readonly number[]): number[] {
	return at.map((one, place) => {
		const moved = (by: number) => f(at.map((other, index) => (index === place ? one + by : other)));
		return (8 * (moved(STEP) - moved(-STEP)) - (moved(2 * STEP) - moved(-2 * STEP))) / (12 * STEP);
	});
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

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, place) => sum + one * b[place], 0);
const identity = (size: number) => Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_unused, column) => (row === column ? 1 : 0)));
const isIdentity = (matrix: number[][]) => matrix.every((row, place) => row.every((one, column) => one === (place === column ? 1 : 0)));
