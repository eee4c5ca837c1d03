import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateFolder } from '../catalogue';
import type { TemplateProblem } from '../check';

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const LEAST_COVER_WIDTH = 600;

/** README and cover picture are there and are what they claim to be. */
export function filesComplete({ folder }: TemplateFolder): TemplateProblem[] {
	return [...readme(join(folder, 'README.md')), ...cover(join(folder, 'cover.png'))];
}

function readme(file: string): TemplateProblem[] {
	const rule = 'readme';
	if (!existsSync(file)) return [{ rule, text: 'README.md is missing: say what the template does, for whom, and how to set it up.' }];
	const text = readFileSync(file, 'utf8');
	const problems: TemplateProblem[] = [];
	if (!/^#\s+\S/m.test(text)) problems.push({ rule, text: 'README.md has no title: start it with a line like "# Abandoned cart".' });
	if (text.replace(/^#.*$/gm, '').trim().length < 200) problems.push({ rule, text: 'README.md says too little: what the template does, for whom, and how to set it up.' });
	return problems;
}

function cover(file: string): TemplateProblem[] {
	const rule = 'cover';
	if (!existsSync(file)) return [{ rule, text: 'cover.png is missing: take a picture of the canvas.' }];
	const bytes = readFileSync(file);
	if (bytes.length < 24 || !bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return [{ rule, text: 'cover.png is not a PNG picture: take a picture of the canvas.' }];
	// The header chunk comes first in every PNG; its first number is the width.
	const width = bytes.readUInt32BE(16);
	return width >= LEAST_COVER_WIDTH ? [] : [{ rule, text: `cover.png is ${width} pixels wide: take one of at least ${LEAST_COVER_WIDTH}.` }];
}
