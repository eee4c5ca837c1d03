import type { Clock } from '../core/clock';

/** Everything the command line touches of the process it runs in, so that tests run it without one. */
export interface Terminal {
	readonly out: TextSink;
	readonly err: TextSink;
	/** Standard error, when a person looks at it: progress bars are drawn there. */
	readonly screen?: NodeJS.WritableStream;
	/** Standard output goes to the same screen: what is drawn there would be mixed with long answers. */
	readonly outOnScreen?: boolean;
	readonly env: NodeJS.ProcessEnv;
	/** The folder that relative file names start from. */
	readonly folder: string;
	readonly clock: Clock;
	/** SQLite in its own thread (default) or in this one: worker threads need the built files. */
	readonly storeThread?: boolean;
	/** Calls back at Ctrl-C until the returned function is called; without a listener Ctrl-C ends the process. */
	onInterrupt(listener: () => void): () => void;
}

export interface TextSink {
	/** Resolves when more may be written: a slow reader slows the writer down instead of filling the memory. */
	write(text: string): Promise<void>;
}

/** A sink on a stream of the process. */
export function sinkOf(stream: NodeJS.WritableStream): TextSink {
	return {
		write: (text) =>
			new Promise((resolve, reject) => {
				stream.write(text, (error) => (error ? reject(error) : resolve()));
			}),
	};
}
