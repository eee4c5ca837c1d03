/** A million baskets with 5.4 lines each on average, the same every time: 10,000 products by Zipf, some of them in families bought together. */
const BASKETS = 1_000_000;
const PRODUCTS = 10_000;
const FAMILY = 4;

export function* millionBaskets() {
	let state = 20_261_122;
	const draw = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const names = Array.from({ length: PRODUCTS }, (_, product) => String(product));
	let sum = 0;
	const cumulated = Float64Array.from({ length: PRODUCTS }, (_, product) => (sum += 1 / (product + 20) ** 0.9));
	const product = () => {
		const at = draw() * sum;
		let [low, high] = [0, PRODUCTS - 1];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (cumulated[middle] > at) high = middle;
			else low = middle + 1;
		}
		return low;
	};
	for (let basket = 0; basket < BASKETS; basket++) {
		const items = new Set();
		const wanted = 1 + Math.floor(-Math.log(1 - draw()) * 4.6);
		for (let tries = 0; items.size < wanted && tries < wanted * 2; tries++) {
			const one = product();
			items.add(one);
			// A third of the time something of the same family goes with it.
			if (items.size < wanted && draw() < 0.33) items.add(one - (one % FAMILY) + Math.floor(draw() * FAMILY));
		}
		yield Array.from(items, (one) => names[one]);
	}
}
