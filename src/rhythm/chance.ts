/**
 * What gaps look like where orders fall by chance alone: for each number of gaps, the clumpiness that one customer in twenty
 * reaches (Zhang, Bradlow & Small 2015) and the unevenness that one in five stays below. Simulated from a fixed seed with
 * 20,000 to 200,000 customers a row; test/rhythm/chance.test.ts simulates them anew.
 */
const LINES: readonly (readonly [gaps: number, clumped: number, even: number])[] = [
	[2, 0.8290, 0.0199],
	[3, 0.5942, 0.0917],
	[4, 0.4805, 0.1525],
	[5, 0.4180, 0.1978],
	[6, 0.3723, 0.2335],
	[7, 0.3414, 0.2613],
	[8, 0.3166, 0.2844],
	[9, 0.2966, 0.3030],
	[10, 0.2811, 0.3184],
	[12, 0.2556, 0.3434],
	[14, 0.2367, 0.3624],
	[16, 0.2222, 0.3777],
	[18, 0.2101, 0.3903],
	[20, 0.2004, 0.4005],
	[25, 0.1815, 0.4211],
	[30, 0.1688, 0.4375],
	[40, 0.1507, 0.4576],
	[50, 0.1384, 0.4706],
	[75, 0.1210, 0.4921],
	[100, 0.1108, 0.5040],
	[200, 0.0914, 0.5262],
	[500, 0.0744, 0.5463],
	[1000, 0.0653, 0.5548],

];

/** Clumpiness above which orders come in bursts. */
export function clumpedFrom(gaps: number): number {
	return between(gaps, 1);
}

/** Unevenness below which gaps are more even than four in five by chance. */
export function evenBelow(gaps: number): number {
	return between(gaps, 2);
}

/** Straight between the rows of the table, level beyond them. */
function between(gaps: number, column: 1 | 2): number {
	const last = LINES[LINES.length - 1];
	if (gaps >= last[0]) return last[column];
	let above = 1;
	while (LINES[above][0] < gaps) above++;
	const [low, high] = [LINES[above - 1], LINES[above]];
	return low[column] + ((high[column] - low[column]) * (gaps - low[0])) / (high[0] - low[0]);
}
