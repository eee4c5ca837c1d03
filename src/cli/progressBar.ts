import { SingleBar } from 'cli-progress';
import { count } from './words';

/** How far a file has been read, drawn for a person. */
export interface Progress {
	/** bytes of the file, packed ones for .gz */
	bytes(done: number, total: number): void;
	/** lines taken care of so far */
	lines(done: number): void;
	stop(): void;
}

const NO_PROGRESS: Progress = { bytes() {}, lines() {}, stop() {} };

/** @param screen a terminal's standard error; without one nothing is drawn */
export function progressBar(title: string, screen: NodeJS.WritableStream | undefined): Progress {
	if (!screen) return NO_PROGRESS;
	const bar = new SingleBar({
		stream: screen,
		format: `${title} [{bar}] {percentage} % | {lines} lines | {eta_formatted} left`,
		hideCursor: true,
		clearOnComplete: true,
		etaBuffer: 50,
		fps: 5,
	});
	let started = false;
	let lines = '0';
	return {
		bytes(done, total) {
			if (started) bar.update(done, { lines });
			else bar.start(Math.max(total, 1), done, { lines });
			started = true;
		},
		lines(done) {
			lines = count(done);
			if (started) bar.update({ lines });
		},
		stop() {
			if (started) bar.stop();
		},
	};
}
