/** A made-up orders file in the shape of Online Retail, the same for the same number of lines, for machines without the real one. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const LINES_PER_ORDER = 21;

/** @param {string} file @param {number} lines data lines, without the header */
export async function writeOrdersFile(file, lines) {
	const out = createWriteStream(file);
	out.write('"InvoiceNo","StockCode","Description","Quantity","InvoiceDate","UnitPrice","CustomerID","Country"\n');
	const chance = sequence(20111209);
	const start = Date.UTC(2010, 11, 1, 8, 26);
	let order;
	for (let line = 0; line < lines; line++) {
		if (line % LINES_PER_ORDER === 0) {
			const number = 536365 + line / LINES_PER_ORDER;
			const refund = chance() < 0.03;
			order = {
				id: refund ? `C${number}` : String(number),
				sign: refund ? -1 : 1,
				at: new Date(start + (line / LINES_PER_ORDER) * 20 * 60_000).toISOString().slice(0, 19).replace('T', ' '),
				customer: chance() < 0.25 ? 'NA' : 12346 + Math.floor(chance() * 4372),
			};
		}
		const product = Math.floor(chance() ** 3 * 4070);
		const quantity = order.sign * (1 + Math.floor(chance() * 12));
		const price = (0.25 + Math.floor(chance() * 80) / 8).toFixed(2);
		const text = `"${order.id}","${20000 + product}","PRODUCT NUMBER ${product} OF THE SHOP",${quantity},${order.at},${price},${order.customer},"United Kingdom"\n`;
		if (!out.write(text)) await once(out, 'drain');
	}
	out.end();
	await once(out, 'finish');
}

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed) {
	let state = seed;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
