import { Writable } from 'node:stream';
import type { PoolClient } from 'pg';
import { Conversation } from '../../src/store/postgres/conversation';
import { positional } from '../../src/store/postgres/positional';

/** A connection that answers every statement, and notes in which pieces they were handed over. */
class Line {
	readonly pieces: string[][] = [];
	readonly stream = new Writable({
		decodeStrings: false,
		write: (text: string, _encoding, done) => this.hand([text], done),
		writev: (chunks, done) => this.hand(chunks.map(({ chunk }) => String(chunk)), done),
	});
	readonly client = {
		connection: { stream: this.stream },
		query: (asked: string | { text: string }) => {
			this.stream.write(typeof asked === 'string' ? asked : asked.text);
			return Promise.resolve({ rows: [] });
		},
	} as unknown as PoolClient;

	private hand(texts: string[], done: () => void): void {
		this.pieces.push(texts);
		setImmediate(done);
	}
}

const ask = (text: string) => positional(text, text);

test('what is asked for before anybody waits goes out in one piece, in its order', async () => {
	const line = new Line();
	const conversation = new Conversation(line.client);
	conversation.begin('BEGIN');
	await Promise.all([conversation.query(ask('first'), []), conversation.query(ask('second'), [])]);
	await new Promise((resolve) => setImmediate(resolve));
	conversation.send(ask('third'), []);
	conversation.send(ask('fourth'), []);
	await conversation.commit();
	await new Promise((resolve) => setImmediate(resolve));
	expect(line.pieces).toEqual([['BEGIN', 'first', 'second'], ['third', 'fourth', 'COMMIT']]);
});

test('a statement for many rows goes out at once: the server works on it while the next is made', async () => {
	const line = new Line();
	const conversation = new Conversation(line.client);
	conversation.begin('BEGIN');
	conversation.send(ask('many'), [1, 'x'.repeat(100_000)]);
	conversation.send(ask('few'), ['x']);
	await conversation.commit();
	await new Promise((resolve) => setImmediate(resolve));
	expect(line.pieces).toEqual([['BEGIN', 'many'], ['few', 'COMMIT']]);
});
