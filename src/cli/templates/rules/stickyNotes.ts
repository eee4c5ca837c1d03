import type { TemplateProblem } from '../check';
import { isSticky, type TemplateWorkflow } from '../workflow';

/** A template explains itself on the canvas: what it does, for whom, set-up in three steps, and a note per section. */
export function stickyNotes(workflow: TemplateWorkflow): TemplateProblem[] {
	const rule = 'sticky_notes';
	const notes = workflow.nodes.filter(isSticky);
	const texts = notes.map((note) => String(note.parameters.content ?? ''));
	if (texts.length < 2) return [{ rule, text: 'The canvas needs sticky notes: one on what the journey does, for whom and how to set it up in three steps, and one for each section.' }];
	const problems: TemplateProblem[] = notes
		.filter((_, index) => texts[index]?.trim() === '')
		.map((note) => ({ rule, node: note.name, text: 'The sticky note is empty: write something or remove it.' }));
	const hasSteps = texts.some((text) => [1, 2, 3].every((step) => new RegExp(`(^|\\n)\\s*${step}[.)]\\s`).test(text)));
	if (!hasSteps) problems.push({ rule, text: 'No sticky note says how to set the template up in three steps: write them as 1. 2. 3.' });
	return problems;
}
