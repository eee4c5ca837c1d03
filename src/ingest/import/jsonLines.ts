import { keepableText } from '../text';
import { plainJson, UnkeepableJson, type Json, type JsonObject } from '../json';
import type { LineBlock } from './lines';

/** A line of a JSON lines file, or one that is none. */
export type JsonLine = { line: number; text: string; object: JsonObject } | { line: number; text: string; problem: string };

/** @returns the objects of a block; empty lines are no rows */
export function jsonLines(block: LineBlock): JsonLine[] {
	const rows: JsonLine[] = [];
	block.lines.forEach((text, index) => {
		const line = block.firstLine + index;
		const problem = block.problems?.get(index);
		if (problem !== undefined) rows.push({ line, text, problem });
		else if (text.trim() !== '') rows.push(readLine(line, text));
	});
	return rows;
}

function readLine(line: number, text: string): JsonLine {
	try {
		const value = plainJson(JSON.parse(text));
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { line, text, object: value };
		return { line, text, problem: 'is not a JSON object: write one object a line' };
	} catch (error) {
		if (error instanceof UnkeepableJson) return { line, text, problem: error.message };
		return { line, text, problem: 'is not JSON: write one object a line' };
	}
}

/** A value as the cell of a CSV file would hold it; `null` is no value. */
export function cellOf(value: Json): string | undefined {
	if (value === null) return undefined;
	return typeof value === 'object' ? JSON.stringify(value) : keepableText(String(value));
}
