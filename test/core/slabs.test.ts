import { Scratch } from '../../src/core/scratch';
import { Slabs } from '../../src/core/slabs';

test('arrays of slabs begin with zeros, do not overlap, and may be larger than a slab', () => {
	const slabs = new Slabs(100);
	const arrays = [slabs.float64(3), slabs.uint32(5), slabs.int32(1), slabs.float64(40), slabs.uint32(0), slabs.float64(2), slabs.float64(12)];
	expect(arrays.map(({ length }) => length)).toEqual([3, 5, 1, 40, 0, 2, 12]);
	expect(arrays.every((array) => array.every((value) => value === 0))).toBe(true);
	arrays.forEach((array, number) => array.fill(number + 1));
	arrays.forEach((array, number) => expect([...array].every((value) => value === number + 1)).toBe(true));
	// The first three fit into one piece.
	expect(new Set(arrays.map(({ buffer }) => buffer)).size).toBeLessThan(arrays.length);
});

test('what was taken from a scratch stays until it is reset', () => {
	const scratch = new Scratch();
	scratch.reset(5);
	const [one, two] = [scratch.take(2).fill(1), scratch.take(3).fill(2)];
	expect([[...one], [...two]]).toEqual([[1, 1], [2, 2, 2]]);
	scratch.reset(5_000);
	const larger = scratch.take(5_000).fill(3);
	scratch.reset(10);
	expect(scratch.take(10).buffer).toBe(larger.buffer);
});
