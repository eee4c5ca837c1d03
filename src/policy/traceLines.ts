import type { CheckName, TraceLine } from './decision';

const passed = new Map<CheckName, TraceLine>();

/**
 * The line of a check that passed without a word. Most lines of most decisions are such, so there is one of each for all:
 * nobody changes a line, and what crosses between threads is written once.
 */
export function passedLine(check: CheckName): TraceLine {
	let line = passed.get(check);
	if (!line) passed.set(check, (line = Object.freeze({ check, outcome: 'passed' })));
	return line;
}
