import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateFolder } from './catalogue';
import { readTemplateWorkflow } from './workflow';

/** A template's name on the canvas, and the first paragraph of its README. */
export function descriptionOf(template: TemplateFolder): { name: string; description: string } {
	const readme = join(template.folder, 'README.md');
	return { name: readTemplateWorkflow(template).name, description: existsSync(readme) ? firstParagraph(readFileSync(readme, 'utf8')) : '' };
}

/** The first paragraph that is neither heading, picture nor badge, on one line. */
export function firstParagraph(markdown: string): string {
	const paragraphs = markdown.replace(/\r/g, '').split(/\n\s*\n/);
	const first = paragraphs.map((text) => text.trim()).find((text) => text !== '' && !/^(#|!\[|\[!\[|<)/.test(text));
	return (first ?? '').replace(/\s+/g, ' ');
}
