/**
 * Tells a person on standard error what is being done and how long it took; a terminal also sees the seconds run.
 * @template T
 * @param {string} title what is done, with an honest estimate when it is long
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
	const startedAt = Date.now();
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const live = process.stderr.isTTY;
	process.stderr.write(live ? `… ${title}` : `… ${title}\n`);
	const ticker = live && setInterval(() => process.stderr.write(`\r… ${title} (${seconds()})`), 1000);
	const finish = (mark) => {
		if (ticker) clearInterval(ticker);
		process.stderr.write(`${live ? '\r\u001b[K' : ''}${mark} ${title} (${seconds()})\n`);
	};
	try {
		const result = await work();
		finish('✓');
		return result;
	} catch (error) {
		finish('✗');
		throw error;
	}
}
