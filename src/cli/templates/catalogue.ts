import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { JourneyError } from '../../core/errors';
import { packageFolder } from '../packageVersion';

/** One template's folder: workflow.json, README.md, scenario.json, cover.png. */
export interface TemplateFolder {
	slug: string;
	folder: string;
}

/** The templates this package carries, by slug. */
export function shippedTemplates(): TemplateFolder[] {
	const packaged = packageFolder();
	// A checkout has them beside the sources, an installed package beside the compiled files.
	const shelf = [join(packaged, 'templates'), join(packaged, 'dist', 'templates')].find(existsSync);
	return shelf === undefined ? [] : templatesIn(shelf);
}

function templatesIn(shelf: string): TemplateFolder[] {
	return readdirSync(shelf)
		.sort()
		.map((name) => ({ slug: name, folder: join(shelf, name) }))
		.filter(({ folder }) => existsSync(join(folder, 'workflow.json')));
}

/**
 * @param name slug of a shipped template, a template's folder, or a folder of such folders
 * @param path how a relative folder is found
 * @throws JourneyError `bad_input` when it is none of these
 */
export function findTemplates(name: string, path: (name: string) => string): TemplateFolder[] {
	const shipped = shippedTemplates();
	const known = shipped.find(({ slug }) => slug === name);
	if (known) return [known];
	const folder = path(name);
	if (existsSync(folder) && statSync(folder).isDirectory()) {
		if (existsSync(join(folder, 'workflow.json'))) return [{ slug: basename(folder), folder }];
		const inside = templatesIn(folder);
		if (inside.length > 0) return inside;
		throw new JourneyError('bad_input', `${name} is a folder without a workflow.json, and none of its folders has one.`);
	}
	const slugs = shipped.map(({ slug }) => slug).join(', ') || 'none';
	throw new JourneyError('bad_input', `There is no template "${name}": name one of the shipped ones (${slugs}) or a folder with a workflow.json.`);
}
