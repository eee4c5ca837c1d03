import { sideBySide } from '../../src/n8n/sideBySide';

/** Calls that end when they are told to; `log` says what happened in which order. */
function calls() {
	const log: string[] = [];
	const open = new Map<string, () => void>();
	const call = (chunk: string[]) => {
		log.push(`begun ${chunk.join()}`);
		return new Promise<string[]>((resolve) => open.set(chunk.join(), () => resolve(chunk.map((item) => item.toUpperCase()))));
	};
	const end = async (name: string) => {
		open.get(name)?.();
		log.push(`ended ${name}`);
		await new Promise((resolve) => setImmediate(resolve));
	};
	return { log, call, end };
}

test('two chunks are under way at a time, and the answers come in the order of the items', async () => {
	const { log, call, end } = calls();
	const answers = sideBySide(['a', 'b', 'c', 'd', 'e'], 2, call);
	await end('c,d');
	await end('e');
	await end('a,b');
	expect(await answers).toEqual(['A', 'B', 'C', 'D', 'E']);
	expect(log).toEqual(['begun a,b', 'begun c,d', 'ended c,d', 'begun e', 'ended e', 'ended a,b']);
});

test('a chunk that names what is under way waits for it, and what comes behind waits too', async () => {
	const { log, call, end } = calls();
	const answers = sideBySide(['a', 'b', 'a', 'c'], 1, call, (item) => item);
	await end('b');
	expect(log).toEqual(['begun a', 'begun b', 'ended b']);
	await end('a');
	expect(log.slice(3)).toEqual(['ended a', 'begun a', 'begun c']);
	await end('a');
	await end('c');
	expect(await answers).toEqual(['A', 'B', 'A', 'C']);
});

test('what fails is thrown, and no call is begun after that', async () => {
	const begun: string[] = [];
	const call = async ([item]: string[]) => {
		begun.push(item);
		await Promise.resolve();
		if (item === 'b') throw new Error('refused');
		return await new Promise<string[]>((resolve) => setImmediate(() => resolve([item])));
	};
	await expect(sideBySide(['a', 'b', 'c', 'd'], 1, call)).rejects.toThrow('refused');
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(begun).toEqual(['a', 'b']);
});

test('no items are no calls', async () => {
	expect(await sideBySide([], 10, () => Promise.reject(new Error('never')))).toEqual([]);
});
