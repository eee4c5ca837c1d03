import { setTimeout as pause } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';

/** What one attempt may take; on a slow machine a list opens only after seconds. */
const ATTEMPT_MS = 15_000;
const MOST_MS = 120_000;

/**
 * The fields of an open form, as a person fills them in. n8n draws a form anew when a field is added or the choices of a list
 * come in, and what was clicked in that moment is lost: a person sees that and clicks again, and so does this.
 */
export class FormFields {
	private readonly page: Page;

	/** @param form the parameters of the node, as `Editor.openForm` shows them */
	constructor(private readonly form: Locator) {
		this.page = form.page();
	}

	/** @param place among the fields of that name, from 0 */
	field(name: string, place = 0): Locator {
		return this.form.getByTestId(`parameter-input-${name}`).nth(place);
	}

	/** Writes into a field, until it keeps what was written. */
	async write(name: string, text: string, place = 0): Promise<void> {
		const input = this.field(name, place).locator('input').first();
		await this.until(`"${name}" holds ${text}`, async () => (await input.inputValue({ timeout: ATTEMPT_MS })) === text, async () => await input.fill(text, { timeout: ATTEMPT_MS }));
	}

	/** Chooses from the list of a field, until the field shows the choice. @param option how the choice begins */
	async choose(name: string, option: string, place = 0): Promise<void> {
		const field = this.field(name, place);
		await this.until(`"${name}" shows ${option}`, async () => (await shownBy(field)).some((text) => text.startsWith(option)), async () => await this.pick(field.getByRole('combobox').first(), option));
		await this.closeLists();
	}

	/** Adds a part of a kind to a list of parts. @param button its text @param first a field that every part of the kind brings along */
	async add(button: string, kind: string, first: string): Promise<void> {
		const parts = this.form.getByTestId(`parameter-input-${first}`);
		const before = await parts.count();
		await this.until(`one more "${kind}"`, async () => (await parts.count()) > before, async () => await this.pick(this.form.getByPlaceholder(button).first(), kind));
		await this.closeLists();
	}

	/** What was picked is not picked twice: a list with several choices would let go of it, a list of parts would get two. */
	private async pick(box: Locator, option: string): Promise<void> {
		if ((await box.getAttribute('aria-expanded', { timeout: ATTEMPT_MS })) !== 'true') await box.click({ timeout: ATTEMPT_MS });
		const list = this.page.locator(`[id="${await box.getAttribute('aria-controls', { timeout: ATTEMPT_MS })}"]`);
		const line = list.getByRole('option').filter({ hasText: new RegExp(`^\\s*${option}`) }).first();
		if ((await line.getAttribute('aria-selected', { timeout: ATTEMPT_MS })) !== 'true') await line.click({ timeout: ATTEMPT_MS });
	}

	/** The margin of the form is nothing to click on, and to lists that are open it is elsewhere. */
	private async closeLists(): Promise<void> {
		await this.form.click({ position: { x: 1, y: 1 }, force: true });
	}

	private async until(wanted: string, reached: () => Promise<boolean>, attempt: () => Promise<void>): Promise<void> {
		let hindrance: unknown;
		for (const end = Date.now() + MOST_MS; Date.now() < end; ) {
			if (await reached()) return;
			try {
				await attempt();
				for (const soon = Date.now() + ATTEMPT_MS; Date.now() < soon; await pause(100)) if (await reached()) return;
			} catch (error) {
				hindrance = error;
				await this.closeLists();
			}
		}
		throw new Error(`The form did not come to this: ${wanted}.`, { cause: hindrance });
	}
}

/** A list with one choice holds it as text, one with several as labels. */
async function shownBy(field: Locator): Promise<string[]> {
	return await field.evaluate(
		(element) => {
			const parts = [...(element as unknown as { querySelectorAll(selector: string): Iterable<{ value?: string; textContent: string | null }> }).querySelectorAll('input, .el-select__tags-text, .el-tag')];
			return parts.map(({ value, textContent }) => (value || (textContent ?? '')).trim());
		},
		undefined,
		{ timeout: ATTEMPT_MS },
	);
}
