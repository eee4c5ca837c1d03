import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Prompt, type Outcome } from './cli';

/** Where the clock of the shop's store stands. */
export const NOW = '2026-11-21T18:00:00.000Z';

/** A person at a prompt beside a store of their own, `shop.sqlite`, and the files of a small shop. */
export class Shop {
	readonly prompt = new Prompt();
	readonly store = join(this.prompt.folder, 'shop.sqlite');

	static async open(): Promise<Shop> {
		const shop = new Shop();
		const made = await shop.run('store', 'init', `--test-clock=${NOW}`, '--time-zone', 'Europe/Berlin', '--currency', 'EUR');
		if (made.exitCode !== 0) throw new Error(made.stderr);
		return shop;
	}

	/** Runs a command on the shop's store. */
	run(...args: string[]): Promise<Outcome> {
		return this.prompt.run(...args, '--store', 'shop.sqlite');
	}

	/** What a command prints with `--json`. */
	async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
		return (await this.run(...args, '--json')).json() as T;
	}

	import(kind: string, file: string, ...more: string[]): Promise<Record<string, unknown>> {
		return this.json('import', kind, file, ...more);
	}

	write(name: string, lines: readonly string[]): string {
		const text = `${lines.join('\n')}\n`;
		writeFileSync(join(this.prompt.folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
		return name;
	}

	customersFile(): string {
		return this.write('customers.csv', ['customer_id,email,first_name,time_zone', 'c1,Ann@Example.com,Ann,Europe/Berlin', 'c2,bo@example.com,Bo,']);
	}

	consentsFile(): string {
		return this.write('consents.csv', ['customer_id,channel,purpose,status,at', 'c1,email,marketing,granted,2026-10-01T09:00:00Z', 'c2,email,marketing,granted,2026-10-01T09:00:00Z']);
	}

	/** An order with a repeated line, a refund of a part of it, and an anonymous basket. */
	ordersFile(name = 'orders.csv'): string {
		return this.write(name, [
			'order_id,ordered_at,customer_id,product_id,quantity,price',
			'1,2026-11-02 10:00:00,c1,mug,2,9.90',
			'1,2026-11-02 10:00:00,c1,mug,2,9.90',
			'1,2026-11-02 10:00:00,c1,tea,1,4.50',
			'C2,2026-11-05 10:00:00,c1,mug,-1,9.90',
			'3,2026-11-06 10:00:00,,mug,1,9.90',
		]);
	}

	/** Both customers, with consent to letters. */
	async fill(): Promise<void> {
		await this.import('customers', this.customersFile());
		await this.import('consents', this.consentsFile());
	}
}
